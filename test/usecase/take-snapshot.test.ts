import { describe, expect, test } from 'vitest';
import { AccessError, NotFoundError, UnavailableError } from '../../src/base/errors.js';
import { readManifest } from '../../src/snapshot/manifest.js';
import type { SnapshotSource, SourceText, SourceZone } from '../../src/snapshot/source.js';
import { planSnapshot, takeSnapshot } from '../../src/usecase/take-snapshot.js';
import type { TakeOptions } from '../../src/usecase/take-snapshot.js';
import { madeDatabase, madeSource, MemorySink } from '../support/made-source.js';
import { sha1 } from '../support/ovsdb-made.js';

const NOW = Date.UTC(2026, 6, 1, 12);
const options = (more: Partial<TakeOptions> = {}): TakeOptions => ({
  tool: 'ovnctl/0.0.0',
  now: NOW,
  sha1,
  zones: [],
  nodes: [],
  logs: { lines: 10 },
  bound: 3,
  report: () => undefined,
  isCalledOff: () => false,
  ...more,
});

const zone = (name: string, nodes: readonly string[] = [name]): SourceZone => ({
  name,
  nodes,
  databases: [{ kind: 'nb', from: `nb of ${name}`, read: () => Promise.resolve(madeDatabase({ Part: {} })) }],
});
const down = new UnavailableError('ovsdb.down', 'nobody listens');
const unreachable = (name: string): SourceZone => ({
  ...zone(name),
  databases: [{ kind: 'sb', from: name, read: () => Promise.reject(down) }],
});
const text = (path: string, content: string, node?: string): SourceText => ({
  kind: path.startsWith('logs') ? 'log' : 'host',
  path,
  from: path,
  ...(node === undefined ? {} : { node }),
  read: () => Promise.resolve(content),
});

async function taken(source: Partial<SnapshotSource>, more: Partial<TakeOptions> = {}) {
  const sink = new MemorySink();
  const manifest = await takeSnapshot(madeSource(source), sink, options(more));
  return { sink, manifest };
}

describe('taking a snapshot', () => {
  test('writes databases, objects, texts and a manifest that says so', async () => {
    const { sink, manifest } = await taken({
      zones: [zone('a'), zone('b', ['n1', 'n2'])],
      objects: [
        {
          plural: 'nodes',
          kind: 'Node',
          read: () => Promise.resolve({ items: [{ metadata: { name: 'n1' } }], gaps: [] }),
        },
        { plural: 'egressips', kind: 'EgressIP', read: () => Promise.resolve(undefined) },
      ],
      texts: () => Promise.resolve([text('hosts/n1/routes4.json', '[]\n', 'n1'), text('logs/x.log', 'one\ntwo\n')]),
    });
    expect([...sink.files.keys()].sort()).toEqual(
      ['a/nb.db', 'b/nb.db', 'hosts/n1/routes4.json', 'k8s/nodes.json', 'logs/x.log', 'manifest.json'].sort(),
    );
    expect(sink.state).toBe('committed');
    expect(manifest).toMatchObject({
      taken: '2026-07-01T12:00:00.000Z',
      zones: [{ name: 'a' }, { name: 'b', nodes: ['n1', 'n2'] }],
      objects: [{ plural: 'nodes', count: 1 }],
      hosts: ['hosts/n1/routes4.json'],
      logs: [{ file: 'logs/x.log', lines: 2 }],
      gaps: [],
    });
    expect(readManifest(sink.files.get('manifest.json') ?? '')).toEqual({ ok: true, value: manifest });
    expect(sink.json('k8s/nodes.json')).toMatchObject({ kind: 'List', items: [{ metadata: { name: 'n1' } }] });
  });

  test('what can not be read is a gap, and the rest is taken', async () => {
    const denied = new AccessError('kube.forbidden', 'no');
    const { sink, manifest } = await taken({
      zones: [unreachable('a'), zone('b')],
      objects: [{ plural: 'pods', kind: 'Pod', read: () => Promise.reject(denied) }],
      texts: () => Promise.resolve([{ ...text('logs/x.log', ''), read: () => Promise.reject(down) }]),
    });
    expect(sink.state).toBe('committed');
    expect(manifest.gaps).toEqual([
      { code: 'snapshot.log', subject: 'logs/x.log', reason: 'nobody listens (ovsdb.down)' },
      {
        code: 'ovsdb.down',
        subject: 'southbound database of zone a',
        reason: 'nobody listens',
        zone: 'a',
        database: 'southbound',
      },
      { code: 'kube.forbidden', subject: 'pods', reason: 'no', plural: 'pods' },
    ]);
  });

  test('damage of a database is a gap beside what was read of it', async () => {
    const part = { ...madeDatabase({}), losses: ['record 3 is cut'] };
    const { manifest } = await taken({
      zones: [{ ...zone('a'), databases: [{ kind: 'nb', from: 'x', read: () => Promise.resolve(part) }] }],
    });
    expect(manifest.gaps).toMatchObject([{ code: 'ovsdb.damaged', reason: 'record 3 is cut', database: 'northbound' }]);
    expect(manifest.zones[0]?.databases).toHaveLength(1);
  });

  test('nothing readable at all is the failure itself, and nothing is left', async () => {
    const sink = new MemorySink();
    await expect(takeSnapshot(madeSource({ zones: [unreachable('a')] }), sink, options())).rejects.toBe(down);
    expect(sink.state).toBe('abandoned');
  });

  test('called off, or a sink that fails: abandoned, never committed', async () => {
    const sink = new MemorySink();
    const source = madeSource({ zones: [zone('a')] });
    await expect(takeSnapshot(source, sink, options({ isCalledOff: () => true }))).rejects.toMatchObject({
      code: 'snapshot.interrupted',
    });
    expect(sink.state).toBe('abandoned');
    const full = new MemorySink();
    full.add = () => Promise.reject(down);
    await expect(takeSnapshot(source, full, options())).rejects.toBe(down);
    expect(full.state).toBe('abandoned');
    const bug = { ...source, objects: [{ plural: 'pods', kind: 'Pod', read: () => Promise.reject(new Error('bug')) }] };
    await expect(takeSnapshot(bug, new MemorySink(), options())).rejects.toThrow('bug');
  });

  test('zones and nodes limit it, with their facts and gaps', async () => {
    const source = {
      zones: [zone('a'), zone('b', ['n1'])],
      texts: () =>
        Promise.resolve([text('hosts/a/x.json', '1', 'a'), text('hosts/n1/x.json', '1', 'n1'), text('logs/y.log', '')]),
      gaps: [{ code: 'x', subject: 's', reason: 'r', zone: 'a' }],
    };
    const { sink, manifest } = await taken(source, { nodes: ['n1'] });
    expect([...sink.files.keys()].sort()).toEqual(['b/nb.db', 'hosts/n1/x.json', 'logs/y.log', 'manifest.json']);
    expect([manifest.scope, manifest.gaps]).toEqual([{ nodes: ['n1'] }, []]);
    expect((await taken(source, { zones: ['a'] })).manifest.gaps).toHaveLength(1);
    for (const wrong of [{ zones: ['c'] }, { nodes: ['n9'] }]) {
      await expect(taken(source, wrong)).rejects.toBeInstanceOf(NotFoundError);
    }
  });

  test('a plan names what would be read and reads nothing', async () => {
    const source = madeSource({
      zones: [unreachable('a'), zone('b')],
      texts: () => Promise.resolve([text('logs/y.log', '')]),
    });
    expect(await planSnapshot(source, ['a'], [])).toEqual({
      source: { kind: 'cluster', name: 'made' },
      zones: [{ name: 'a', databases: [{ kind: 'sb', from: 'a' }] }],
      objects: [],
      texts: ['logs/y.log'],
      gaps: [],
    });
  });

  test('names that are no file names are written as such', async () => {
    const { sink } = await taken({ zones: [zone('../up'), zone('k8s'), zone('a b/c')] });
    expect([...sink.files.keys()].sort()).toEqual(['..%2Fup/nb.db', '_k8s/nb.db', 'a%20b%2Fc/nb.db', 'manifest.json']);
  });
});
