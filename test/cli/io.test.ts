import { describe, expect, it } from 'vitest';
import { outputOn, wantsColor, type ColorChoice } from '../../src/cli/io.js';

describe('wantsColor', () => {
  it.each<[ColorChoice, Record<string, string>, boolean, boolean]>([
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { TERM: 'dumb' }, true, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { FORCE_COLOR: 'false' }, true, false],
    ['auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
  ])('--color %s with %j on a terminal: %s → %s', (choice, environment, isTTY, expected) => {
    expect(wantsColor(choice, environment, isTTY)).toBe(expected);
  });
});

describe('outputOn', () => {
  it('has the width of a terminal, also after it was resized', () => {
    const target = { write: () => true, isTTY: true, columns: 100 };
    const output = outputOn(target, {});
    expect(output.width).toBe(100);
    target.columns = 60;
    expect(output.width).toBe(60);
  });

  it('has no width for a pipe or a file', () => {
    expect(outputOn({ write: () => true }, { COLUMNS: '80' })).toMatchObject({ isTTY: false, width: undefined });
  });
});
