import { describe, expect, it } from 'vitest';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import { loadPalette, PLAIN } from '../../../src/view/color.js';
import { PATH_VIEWS, pathNames, renderPathTrace } from '../../../src/view/path/render-path-trace.js';
import type { Layout } from '../../../src/view/table.js';
import * as traces from './traces.js';

const plain: Layout = { palette: PLAIN, headers: true };
const ESCAPE = /\u001b\[[0-9;]*m/g;
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const cases = Object.entries(traces).flatMap(([name, trace]) => PATH_VIEWS.map((view) => ({ name, trace, view })));

describe('every view of every kind of verdict', () => {
  it.each(cases)('$name, $view', async ({ name, trace, view }) => {
    const text = renderPathTrace(trace, view, plain);
    await expect(text).toMatchFileSnapshot(`../../golden/path/${kebab(name)}.${view}.txt`);
  });

  it.each(Object.entries(traces))('%s, wide', async (name, trace) => {
    const text = renderPathTrace(trace, 'path', plain, true);
    await expect(text).toMatchFileSnapshot(`../../golden/path/${kebab(name)}.wide.txt`);
  });

  it('shows the uuid of every flow in the wide pipeline only', () => {
    const narrow = renderPathTrace(traces.droppedPod, 'pipeline', plain);
    const wide = renderPathTrace(traces.droppedPod, 'pipeline', plain, true);
    const stages = traces.droppedPod.paths.flatMap(({ hops }) => hops.flatMap((hop) => hop.stages));
    expect(wide.match(/^ +flow [0-9a-f-]{36}$/gm)).toHaveLength(stages.length);
    expect(narrow).not.toMatch(/\bflow [0-9a-f]/);
  });
});

describe('on a terminal', () => {
  it.each([60, 80, 100, 140])('fits %i columns and says the same words', (width) => {
    for (const { trace, view } of cases) {
      const wrapped = renderPathTrace(trace, view, { ...plain, width });
      // A name longer than the room keeps a line of its own, so only lines with a place to break must fit.
      const over = wrapped
        .split('\n')
        .filter((line) => Array.from(line).length > width && /\S \S/.test(line.slice(-40)));
      const whole = renderPathTrace(trace, view, plain);
      expect(wrapped.split(/\s+/)).toEqual(whole.split(/\s+/));
      if (width >= 80) expect(over).toEqual([]);
    }
  });

  it('adds colour and nothing else', async () => {
    const palette = await loadPalette(true);
    for (const { trace, view } of cases) {
      const colored = renderPathTrace(trace, view, { ...plain, palette });
      expect(colored).toMatch(ESCAPE);
      expect(colored.replace(ESCAPE, '')).toBe(renderPathTrace(trace, view, plain));
    }
  });

  it('paints delivered green, dropped and rejected red, unknown yellow', async () => {
    const palette = await loadPalette(true);
    const first = (trace: PathTrace): string =>
      renderPathTrace(trace, 'verdict', { ...plain, palette }).split('  ')[0]!;
    expect(first(traces.deliveredService)).toBe('\u001b[32m√ delivered\u001b[39m');
    expect(first(traces.droppedPod)).toBe('\u001b[31m× dropped\u001b[39m');
    expect(first(traces.rejectedService)).toBe('\u001b[31m× rejected\u001b[39m');
    expect(first(traces.unknownBackend)).toBe('\u001b[33m? unknown\u001b[39m');
  });
});

describe('text from the cluster', () => {
  const EVIL = '\u001b[2J\u202enope\n';

  /** The trace with every string made hostile, except those that are words of our own. */
  function hostile(value: unknown, key = ''): unknown {
    const own = ['verdict', 'kind', 'type', 'family', 'pipeline', 'datapathType', 'direction', 'protocol', 'state'];
    if (typeof value === 'string') return own.includes(key) ? value : value + EVIL;
    if (Array.isArray(value)) return value.map((each) => hostile(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, name)]));
  }

  it.each(cases)('cannot command a terminal: $name, $view', ({ trace, view }) => {
    const evil = hostile(trace) as PathTrace;
    for (const width of [undefined, 80]) {
      const text = renderPathTrace(evil, view, width === undefined ? plain : { ...plain, width }, true);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
      expect(text).toContain('\\x1b[2J');
    }
  });
});

describe('paths that differ only in their backend', () => {
  const count = (text: string, part: string): number => text.split(part).length - 1;

  it('are shown once, with every backend in a heading of its own', () => {
    const text = renderPathTrace(traces.deliveredService, 'path', plain);
    expect(count(text, "the backend's port")).toBe(1);
    for (const pod of ['shop/web-0', 'shop/web-1', 'shop/web-2']) expect(text).toContain(`(${pod})`);
  });

  it('are each shown in the wide view', () => {
    const text = renderPathTrace(traces.deliveredService, 'path', plain, true);
    expect(text).not.toContain('the backend');
    for (const port of ['shop_web-0', 'shop_web-1', 'shop_web-2']) expect(count(text, `→ ${port} `)).toBe(1);
  });

  it('are told apart when another rule let one of them pass', () => {
    const [first, ...rest] = structuredClone(traces.deliveredService.paths);
    const hops = first!.hops.map((hop) => ({
      ...hop,
      stages: hop.stages.map((stage) =>
        stage.owner === undefined ? stage : { ...stage, owner: { ...stage.owner, text: 'NetworkPolicy shop/other' } },
      ),
    }));
    const text = renderPathTrace({ ...traces.deliveredService, paths: [{ ...first!, hops }, ...rest] }, 'path', plain);
    expect(text).not.toContain('the backend');
    expect(text).toContain('NetworkPolicy shop/other');
  });
});

describe('the reply', () => {
  it('is one line when it comes back', () => {
    const text = renderPathTrace(traces.deliveredService, 'path', plain);
    expect(text.match(/^ {2}√ reply delivered {2}from 10\.96\.35\.50:80$/gm)).toHaveLength(2);
    expect(text).not.toContain('dscp 30');
  });

  it('shows its way when it is lost, and leaves the way out delivered', () => {
    const text = renderPathTrace(traces.lostReply, 'path', plain);
    expect(text).toMatch(/delivered to pod shop\/web-0\n {2}× reply dropped .*\n.*dscp 30; ends here\n/);
  });

  it('shows its way in the wide view and in the pipelines', () => {
    for (const text of [
      renderPathTrace(traces.deliveredService, 'path', plain, true),
      renderPathTrace(traces.deliveredService, 'pipeline', plain),
    ])
      expect(text.match(/dscp (= )?30/g)).toHaveLength(3);
  });

  it('keeps paths apart when it is another one', () => {
    const [first, ...rest] = structuredClone(traces.deliveredService.paths);
    const text = renderPathTrace(
      { ...traces.deliveredService, paths: [{ ...first!, reply: traces.lostReply.paths[0]!.reply! }, ...rest] },
      'path',
      plain,
    );
    expect(text).not.toContain('the backend');
  });
});

describe('-o name', () => {
  it('is a name and a verdict a line', () => {
    expect(pathNames(traces.unknownBackend)).toEqual([
      'path/ipv4/10.244.2.3:8080 delivered',
      'path/ipv4/10.244.0.3:8080 unknown',
    ]);
  });

  it('tells equal-cost paths apart, and has brackets round an IPv6 address with a port', () => {
    expect(pathNames(traces.deliveredExternal)).toEqual([
      'path/ipv4/198.51.100.9:443/172.18.0.200 delivered',
      'path/ipv4/198.51.100.9:443/172.18.0.201 delivered',
    ]);
    const [path] = structuredClone(traces.deliveredService.paths);
    const six = { ...path!, family: 'ipv6', backend: { address: 'fd00::3', port: 8080 } } as const;
    expect(pathNames({ ...traces.deliveredService, paths: [six] })).toEqual(['path/ipv6/[fd00::3]:8080 delivered']);
  });
});
