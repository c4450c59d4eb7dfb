import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasOvn, NO_OVN, startOvnSandbox } from '../support/ovn-sandbox.js';
import { loadDatabase } from '../../src/connect/files/databases.js';
import { saveCase } from './corpus.js';
import type { CorpusCase } from './corpus.js';
import { differentialRun } from './run.js';
import { shrink, traceOfOvn } from './shrink.js';

const present = hasOvn();
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_265);
const folder = mkdtempSync(join(tmpdir(), 'ovnctl-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!present)(present ? 'random topologies beside the real ovn-trace' : NO_OVN, () => {
  it('print the same for random packets', { timeout: 180_000 }, async () => {
    const result = await differentialRun({ seed, topologies: 3, microflows: 300 });
    const explained = [...result.explained].map(([reason, count]) => `${reason} ${count}`).join(', ');
    console.log(
      `differential, seed ${seed}: ${result.microflows} microflows over ${result.topologies} topologies, ${result.equal} equal; ${explained}`,
    );
    expect(result.differences.map(({ topology, call, ours, theirs }) => ({ topology, call, ours, theirs }))).toEqual(
      [],
    );
    expect(result.microflows).toBe(300);
    expect(result.equal).toBeGreaterThan(250);
    // A generator that misses what it is made for compares nothing.
    const { stages, places } = result.coverage;
    expect(stages.met).toBeGreaterThan(40);
    expect(places.met).toBeGreaterThan(100);
  });

  it('and a difference would be made small', { timeout: 180_000 }, async () => {
    const sandbox = await startOvnSandbox();
    await sandbox.nbctl(...['--wait=sb', 'ls-add', 's'], ...['a', 'b'].flatMap((port) => ['--', 'lsp-add', 's', port]));
    const { database } = loadDatabase('sb.db', sandbox.southbound());
    await sandbox.stop();
    const terms = [
      'inport == "a"',
      'eth.src == 0a:00:00:00:00:01',
      'eth.dst == ff:ff:ff:ff:ff:ff',
      'arp',
      'pkt.mark == 3',
    ];
    const call = { datapath: 's', terms, options: [], always: 'new' };
    // As if a program had got flooding wrong.
    const shrunk = await shrink({ database, call }, async (specimen) => {
      return (await traceOfOvn(specimen))?.includes('output("b")') === true;
    });
    expect(shrunk.call).toEqual({
      datapath: 's',
      terms: ['inport == "a"', 'eth.dst == ff:ff:ff:ff:ff:ff'],
      options: [],
    });
    // One flow in each of its tables is what the packet needs.
    expect(shrunk.database.table('Logical_Flow').size).toBeLessThan(37);
    expect(database.table('Logical_Flow').size).toBeGreaterThan(50);
    const file = await saveCase('flood', 'made up', shrunk, folder);
    const saved = JSON.parse(readFileSync(file, 'utf8')) as CorpusCase;
    expect(saved.expect?.join('\n')).toContain('output("b")');
    expect(Object.keys(saved.southbound).sort()).toEqual([
      'Datapath_Binding',
      'Logical_Flow',
      'Multicast_Group',
      'Port_Binding',
      'SB_Global',
    ]);
  });
});
