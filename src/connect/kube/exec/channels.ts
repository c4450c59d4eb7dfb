/**
 * What a WebSocket message of pods/exec holds: a byte that names the channel, then the channel's bytes.
 *
 * Subprotocols v4 and v5 are the same but for channel 255, by which a v5 client ends its input; under v4 a program can't be
 * told that its input has ended. Channel 3 comes last and says how the program ended.
 */
import { Fields } from '../../../kube/model/fields.js';

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;
export const STATUS = 3;
/** v5 only: its payload is the channel on which no more bytes will come. */
export const CLOSE = 255;

/** The server decides by an order of its own, which is the same. */
export const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
export type ExecProtocol = (typeof PROTOCOLS)[number];

/** How a program ended. */
export type ExecStatus =
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** It never ran, for example because the image has no such program; in the words of the node. */
  | { readonly kind: 'not-run'; readonly reason: string; readonly message: string };

/** Reads what channel 3 carries: a Status without kind; undefined when it is none. */
export function readExecStatus(bytes: Uint8Array): ExecStatus | undefined {
  const status = Fields.of(jsonOf(bytes));
  const outcome = status.text('status');
  if (outcome === 'Success') return { kind: 'exited', exitCode: 0 };
  if (outcome !== 'Failure') return undefined;
  const causes = status
    .inside('details')
    .list('causes', (cause) => ({ reason: cause.text('reason'), message: cause.text('message') }));
  const exit = causes.find(({ reason }) => reason === 'ExitCode')?.message;
  if (exit !== undefined && /^\d+$/.test(exit)) return { kind: 'exited', exitCode: Number(exit) };
  return { kind: 'not-run', reason: status.text('reason') ?? '', message: status.text('message') ?? '' };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
