import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outputOn } from '../../src/cli/io.js';
import { progressOn } from '../../src/cli/progress.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const stream = (isTTY: boolean, columns = 40): { written: string[]; output: ReturnType<typeof outputOn> } => {
  const written: string[] = [];
  return { written, output: outputOn({ write: (text) => written.push(text), isTTY, columns }, {}) };
};

it('is silent when quiet', () => {
  const { written, output } = stream(true);
  const progress = progressOn(output, true);
  progress.report({ step: 'reading' });
  vi.advanceTimersByTime(1000);
  progress.stop();
  expect(written).toEqual([]);
});

it('writes one line a step where there is no terminal', () => {
  const { written, output } = stream(false);
  const progress = progressOn(output, false);
  for (const done of [1, 2, 3]) progress.report({ step: 'reading', done, of: 3 });
  progress.report({ step: 'tracing \u001b[1m' });
  progress.stop();
  expect(written).toEqual(['reading\n', 'tracing \\x1b[1m\n']);
});

it('rewrites one line on a terminal and clears it at the end', () => {
  const { written, output } = stream(true, 20);
  const progress = progressOn(output, false);
  progress.report({ step: 'reading a zone with a long name', done: 1, of: 3 });
  vi.advanceTimersByTime(170);
  progress.stop();
  vi.advanceTimersByTime(1000);
  expect(written).toEqual(['\r\u001b[2K⠋ reading a zone wi', '\r\u001b[2K⠙ reading a zone wi', '\r\u001b[2K']);
});

it('never shows a step that is over at once', () => {
  const { written, output } = stream(true);
  const progress = progressOn(output, false);
  progress.report({ step: 'reading' });
  progress.stop();
  expect(written).toEqual([]);
});
