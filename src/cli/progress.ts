import { sanitise } from '../view/sanitise.js';
import type { Output } from './io.js';

/** One step of a long job; whoever does the job reports these and knows nothing of terminals. */
export interface ProgressEvent {
  /** What is being done, for example `reading zone ovn-worker`. */
  readonly step: string;
  readonly done?: number;
  readonly of?: number;
}

/** Shows progress on stderr; `stop` clears the spinner and must be called before anything else is printed. */
export interface Progress {
  report(event: ProgressEvent): void;
  stop(): void;
}

const SILENT: Progress = { report: () => undefined, stop: () => undefined };
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

const describe = ({ step, done, of }: ProgressEvent): string =>
  sanitise(done === undefined ? step : `${step} (${done}${of === undefined ? '' : `/${of}`})`);

/** One line per new step: for logs and pipes, where counting up would only make noise. */
function lines(err: Output): Progress {
  let last = '';
  return {
    report(event) {
      if (event.step === last) return;
      last = event.step;
      err.write(`${sanitise(event.step)}\n`);
    },
    stop: () => undefined,
  };
}

/** One line that is rewritten in place. */
function spinner(err: Output): Progress {
  let text = '';
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const line = `${FRAMES[frame++ % FRAMES.length] ?? ''} ${text}`;
    // A line longer than the terminal would wrap and could not be rewritten.
    err.write(
      `\r\u001b[2K${Array.from(line)
        .slice(0, (err.width ?? 80) - 1)
        .join('')}`,
    );
  };
  return {
    report(event) {
      text = describe(event);
      // A job that is over before the first frame is never announced.
      timer ??= setInterval(draw, FRAME_MS).unref();
    },
    stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      if (frame > 0) err.write('\r\u001b[2K');
    },
  };
}

/** A spinner on a terminal, plain lines elsewhere, nothing with `-q`. */
export function progressOn(err: Output, quiet: boolean): Progress {
  if (quiet) return SILENT;
  return err.isTTY ? spinner(err) : lines(err);
}
