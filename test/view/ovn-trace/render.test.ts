import { describe, expect, it } from 'vitest';
import type { TraceNode } from '../../../src/trace/tree.js';
import { renderOvnTrace } from '../../../src/view/ovn-trace/render.js';

type Kind = TraceNode['kind'];

/** Renderers read kind, text, indentation and children only. */
function node(kind: Kind, text: string, ...children: TraceNode[]): TraceNode {
  return { kind, text, children } as unknown as TraceNode;
}
const render = (tree: TraceNode[], ...formats: ('detailed' | 'summary' | 'minimal')[]): string =>
  renderOvnTrace({ packetLine: 'ip', tree }, formats);

const STRAIGHT = node(
  'pipeline',
  'ingress(dp="d")',
  node(
    'table',
    ' 0. t: 1',
    node('action', 'ip.ttl--;'),
    node('modify', 'ip.ttl--'),
    node('action', 'next(4);'),
    node('table', ' 4. u: 1', node('action', 'output;'), node('output', '/* out */'), node('modify', 'output("p")')),
  ),
);

describe('detailed', () => {
  it('keeps a straight path at the left margin', () => {
    expect(render([STRAIGHT])).toBe(
      '# ip\n\ningress(dp="d")\n---------------\n 0. t: 1\n    ip.ttl--;\n    next(4);\n 4. u: 1\n    output;\n    /* out */\n',
    );
  });

  it('moves to the right what something follows, counting changes that it does not show', () => {
    const fork = node('transformation', 'clone', node('action', 'drop;'));
    expect(render([node('table', ' 0. t', fork, node('action', 'next;'))])).toBe(
      '# ip\n 0. t\n\n    clone\n    -----\n            drop;\n    next;\n',
    );
    expect(render([node('table', ' 0. t', node('table', ' 1. u'), node('modify', 'x'))])).toBe(
      '# ip\n 0. t\n     1. u\n',
    );
  });

  it('always sets members of a group apart', () => {
    const member = { ...node('pipeline', 'egress()', node('table', ' 0. t')), indented: true } as TraceNode;
    expect(render([node('pipeline', 'multicast()', member)])).toBe(
      '# ip\n\nmulticast()\n-----------\n\n    egress()\n    --------\n         0. t\n',
    );
  });

  it('underlines bytes, not characters', () => {
    expect(render([node('pipeline', 'ä€𝄞')])).toContain(`\nä€𝄞\n${'-'.repeat(2 + 3 + 4)}\n`);
  });
});

describe('summary and minimal', () => {
  it('prune the same tree', () => {
    expect(render([STRAIGHT], 'summary')).toBe(
      '# ip\ningress(dp="d") {\n    ip.ttl--;\n    output;\n    /* out */;\n};\n',
    );
    expect(render([STRAIGHT], 'minimal')).toBe('# ip\nip.ttl--;\noutput("p");\n');
  });

  it('leave a remark about an action without a semicolon, and errors with one', () => {
    const tree = [node('table', ' 0. t', node('action', '/* found */'), node('error', '*** broken'))];
    expect(render(tree, 'summary')).toBe('# ip\n/* found */\n*** broken;\n');
    expect(render(tree, 'minimal')).toBe('# ip\n*** broken;\n');
  });

  it('print a fork with nothing left in it as a statement', () => {
    const tree = [node('transformation', 'icmp4', node('action', 'next;'))];
    expect(render(tree, 'minimal')).toBe('# ip\nicmp4;\n');
    expect(render(tree, 'summary')).toBe('# ip\nicmp4 {\n    next;\n};\n');
  });
});

it('puts several formats in a fixed order under headings', () => {
  const text = render([node('table', ' 0. t')], 'minimal', 'summary', 'detailed');
  expect(text).toBe('# ip\n# Detailed trace.\n 0. t\n# Summary trace.\n# Minimal trace.\n');
});

describe('a very deep and long tree', () => {
  it('is shown in all forms', () => {
    let deep = node('modify', 'x');
    for (let depth = 0; depth < 50_000; depth++) deep = node('table', 't', deep);
    const wide = Array.from({ length: 200_000 }, () => node('modify', 'y'));
    expect(render([deep, ...wide], 'minimal').split('\n')).toHaveLength(1 + 1 + 200_000 + 1);
    expect(render([deep], 'summary')).toBe('# ip\n');
    expect(render([deep], 'detailed').split('\n')).toHaveLength(1 + 50_000 + 1);
  });
});
