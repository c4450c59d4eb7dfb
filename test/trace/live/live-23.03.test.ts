import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDatabase } from '../../../src/connect/files/databases.js';
import { southboundOf } from '../../../src/ovn/southbound/southbound.js';
import { hasOvn, NO_OVN, startOvnSandbox } from '../../support/ovn-sandbox.js';
import type { OvnSandbox } from '../../support/ovn-sandbox.js';
import { Comparison, FORMATS } from '../../support/ovn-trace.js';
import { sameChoices, scriptedTrace } from '../../support/scripted-trace.js';
import { LIVE_CALLS } from './microflows.js';
import type { LiveCall } from './microflows.js';
import { buildTopology } from './topology.js';

const present = hasOvn();
/** Processes of ovn-trace at a time. */
const PARALLEL = 3;

describe.skipIf(!present)(present ? 'beside the ovn-trace of Debian 12' : NO_OVN, () => {
  let sandbox: OvnSandbox;

  beforeAll(async () => {
    sandbox = await startOvnSandbox();
    await buildTopology(sandbox);
  }, 120_000);

  afterAll(async () => {
    await sandbox.stop();
  });

  it('prints the same for every microflow of a hand-made topology, in all formats', { timeout: 600_000 }, async () => {
    const comparison = new Comparison();
    // Chassis that can mask labels make northd write ct_lb_mark and ct_mark, others ct_lb and ct_label.
    await compareAll(sandbox, LIVE_CALLS.slice(0, 60), comparison);
    for (const chassis of ['gw1', 'gw2']) {
      await sandbox.sbctl('set', 'Chassis', chassis, 'other_config:ct-no-masked-label=true');
    }
    await sandbox.nbctl('--wait=sb', 'set', 'NB_Global', '.', 'external_ids:round=2');
    await compareAll(sandbox, LIVE_CALLS, comparison);
    comparison.report('live 23.03');
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(600);
  });
});

async function compareAll(sandbox: OvnSandbox, calls: readonly LiveCall[], comparison: Comparison): Promise<void> {
  await sandbox.sync();
  const southbound = southboundOf(loadDatabase('sb.db', sandbox.southbound()).database);
  const queue = calls.values();
  const work = async (): Promise<void> => {
    for (const call of queue) {
      const theirs = await sandbox.trace('--all', ...call.options, call.datapath, call.microflow);
      const title = `${call.options.join(' ')} ${call.datapath} '${call.microflow}'`;
      // Neighbour solicitations for routers kill this ovn-trace.
      if (theirs === undefined) {
        expect(scriptedTrace(southbound, call).text).toMatch(/nd_na_router|put_nd_ra_opts/);
        continue;
      }
      const expected = byFormat(theirs);
      const actual = byFormat((sameChoices(southbound, call, theirs) ?? scriptedTrace(southbound, call)).text);
      for (const format of FORMATS) comparison.add(`${title} [${format}]`, actual[format], expected[format]);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** Parts of an `--all` output. */
function byFormat(text: string): Readonly<Record<(typeof FORMATS)[number], string>> {
  const [detailed = '', summary = '', minimal = ''] = text.split(/^# (?:Summary|Minimal) trace\.\n/m);
  return { detailed, summary, minimal };
}
