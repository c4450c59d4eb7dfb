import { describe, expect, it } from 'vitest';
import { loadPalette, PLAIN } from '../../src/view/color.js';
import { renderTable, type Column } from '../../src/view/table.js';

const COLUMNS: readonly Column[] = [{ title: 'NAME', shrinkTo: 6 }, { title: 'ZONE' }, { title: 'RULE', shrinkTo: 8 }];
const ROWS = [
  ['web', 'a', 'allow from pods with app=client in any namespace'],
  ['a-rather-long-name', 'zone-b', 'deny'],
];

describe('renderTable', () => {
  it('aligns columns, has no borders and no trailing blanks', async () => {
    expect(await renderTable(COLUMNS, ROWS, { palette: PLAIN, headers: true })).toBe(
      [
        'NAME                ZONE    RULE',
        'web                 a       allow from pods with app=client in any namespace',
        'a-rather-long-name  zone-b  deny',
        '',
      ].join('\n'),
    );
  });

  it('keeps headings when there are no rows, and leaves them out on demand', async () => {
    expect(await renderTable(COLUMNS, [], { palette: PLAIN, headers: true })).toBe('NAME  ZONE  RULE\n');
    expect(await renderTable(COLUMNS, [], { palette: PLAIN, headers: false })).toBe('');
    expect(await renderTable(COLUMNS, [['x', 'y', 'z']], { palette: PLAIN, headers: false })).toBe('x  y  z\n');
  });

  it('cuts the widest columns on a narrow terminal, never below what was said', async () => {
    const text = await renderTable(COLUMNS, ROWS, { palette: PLAIN, headers: true, width: 40 });
    const lines = text.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines[1]).toMatch(/^web +a +allow .*…$/);
    const tiny = await renderTable(COLUMNS, ROWS, { palette: PLAIN, headers: false, width: 5 });
    expect(tiny).toBe('web     a       allow f…\na-rat…  zone-b  deny\n');
  });

  it('neutralises cells before it colours them', async () => {
    const palette = await loadPalette(true);
    const columns = [{ title: 'NAME', paint: palette.bad }];
    expect(await renderTable(columns, [['a\u001b[2Jb\nc']], { palette, headers: false })).toBe(
      '\u001b[31ma\\x1b[2Jb\\x0ac\u001b[39m\n',
    );
  });

  it('counts wide characters as the terminal does', async () => {
    const text = await renderTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        ['日本', 'x'],
        ['abcd', 'y'],
      ],
      {
        palette: PLAIN,
        headers: false,
      },
    );
    expect(text).toBe('日本  x\nabcd  y\n');
  });
});

it('a long table is aligned from its first to its last line', async () => {
  const rows = Array.from({ length: 1200 }, (_, at) => [at === 1199 ? 'the longest of all names' : `n${at}`, 'x']);
  const started = performance.now();
  const text = await renderTable([{ title: 'NAME' }, { title: 'X' }], rows, { palette: PLAIN, headers: true });
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(1201);
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([27]));
  expect(performance.now() - started).toBeLessThan(10_000);
});
