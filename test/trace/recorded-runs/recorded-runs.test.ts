import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import { backendText } from '../../../src/trace/engine/conntrack.js';
import { ChassisMemory } from '../../../src/trace/semantics/faithful/chassis-memory.js';
import { faithful } from '../../../src/trace/semantics/faithful/faithful.js';
import type { Choice } from '../../../src/trace/semantics/semantics.js';
import { tracePacket } from '../../../src/usecase/trace-packet.js';
import { traceExternalToService, tracePodToExternal } from '../../../src/usecase/trace-path.js';
import { renderOvnTrace } from '../../../src/view/ovn-trace/render.js';
import type { World } from '../../../src/world/world.js';
import { HOPS, NOT_ASKED, PATHS, SERVICES, UNTOLD } from './exceptions.js';
import { CLUSTER, fieldOf, optionOf, recordedMinimal, RUNS, toldBy } from './runs.js';
import type { RecordedRun, Told } from './runs.js';

let world: World;
beforeAll(async () => {
  world = await openWorld(CLUSTER);
});

/** The hops of the run's zone, as the switch does them for a first packet, with the backend that the run prefers. */
async function ourHops(run: RecordedRun): Promise<Told> {
  const southbound = await world.zones.find(({ name }) => name === run.zone)?.southbound();
  const chassis = [...(southbound?.chassis.all() ?? [])].find(({ remote }) => !remote);
  if (southbound === undefined || chassis === undefined) throw new Error(`${run.name}: no zone ${run.zone}`);
  const wanted = optionOf(run, 'lb-dst');
  const choose = (choice: Choice): number => {
    if (choice.kind !== 'backend') return 0;
    return Math.max(
      0,
      choice.options.findIndex((option) => backendText(option) === wanted),
    );
  };
  const { datapath, microflow } = run;
  const semantics = (): ReturnType<typeof faithful> =>
    faithful(southbound, { chassis, memory: new ChassisMemory(), choose });
  return toldBy(renderOvnTrace(tracePacket({ southbound, datapath, microflow, semantics }), ['minimal']));
}

/** What comes from outside, by the name of the service whose address it has. */
async function ourVerdictFromOutside(run: RecordedRun): Promise<string> {
  const backend = optionOf(run, 'lb-dst');
  const service = SERVICES[`${fieldOf(run, 'ip4.dst') ?? ''}:${fieldOf(run, 'tcp.dst') ?? ''}`];
  if (service === undefined) throw new Error(`${run.name}: which service is asked?`);
  const { verdict } = await traceExternalToService(world, {
    source: fieldOf(run, 'ip4.src') ?? '',
    ...service,
    protocol: 'tcp',
    sourcePort: Number(fieldOf(run, 'tcp.src')),
    family: '4',
    node: run.zone,
    reply: false,
    ...(backend !== undefined && { backend }),
  });
  return verdict;
}

/** The same packet as a path command sends it; undefined for the second half of a way, which the first run goes on with. */
async function ourVerdict(run: RecordedRun): Promise<string | undefined> {
  const inport = fieldOf(run, 'inport') ?? '';
  if (run.name in NOT_ASKED || inport.startsWith('tstor')) return undefined;
  if (inport.startsWith('breth0')) return ourVerdictFromOutside(run);
  const six = fieldOf(run, 'ip6.dst');
  const protocol = (['tcp', 'udp', 'sctp'] as const).find((name) => fieldOf(run, `${name}.dst`) !== undefined);
  const port = fieldOf(run, `${protocol ?? ''}.dst`);
  const backend = optionOf(run, 'lb-dst');
  const { verdict } = await tracePodToExternal(world, {
    source: `port/${inport}`,
    destination: six ?? fieldOf(run, 'ip4.dst') ?? '',
    protocol: protocol ?? 'icmp',
    ...(port !== undefined && { port, sourcePort: Number(fieldOf(run, `${protocol ?? ''}.src`)) }),
    ...(backend !== undefined && { backend }),
    family: six === undefined ? '4' : '6',
    reply: false,
  });
  return verdict;
}

/** What the runs say of the packet as a whole: where it goes on to another zone, the run there; undefined where none is. */
function theirVerdict(run: RecordedRun): Told['verdict'] | undefined {
  const told = toldBy(recordedMinimal(run));
  if (told.verdict !== 'delivered' || !told.ports.some((port) => port.includes('tstor-'))) return told.verdict;
  const next = RUNS.find(({ name }) => name === `${run.name}-leg2`);
  return next === undefined ? undefined : toldBy(recordedMinimal(next)).verdict;
}

describe('beside the recorded runs of ovn-trace 26.03.1', () => {
  it('the switch does the same with every packet in the same hops, but for reviewed exceptions', async () => {
    const differences: string[] = [];
    for (const run of RUNS) {
      const ours = await ourHops(run);
      const theirs = toldBy(recordedMinimal(run));
      // Whichever backend was picked there, another one is here.
      const agree = run.name === 'svc-random-backend' ? ours.verdict === theirs.verdict : isSame(ours, theirs);
      if (!agree) differences.push(run.name);
    }
    console.log(`recorded runs, hops: ${RUNS.length} compared, ${RUNS.length - differences.length} equal`);
    expect(differences).toEqual(Object.keys(HOPS));
  });

  it('path commands come to the same verdict wherever the runs can tell, but for reviewed exceptions', async () => {
    const differences: string[] = [];
    let compared = 0;
    const untold: string[] = [];
    for (const run of RUNS) {
      const theirs = theirVerdict(run);
      const ours = await ourVerdict(run);
      if (ours === undefined || theirs === undefined) {
        untold.push(run.name);
        continue;
      }
      compared++;
      if (ours !== theirs) differences.push(run.name);
    }
    console.log(
      `recorded runs, paths: ${compared} compared, ${compared - differences.length} equal, ${untold.length} cannot be told or asked`,
    );
    expect(differences).toEqual(Object.keys(PATHS));
    expect(untold.sort()).toEqual([...Object.keys(UNTOLD), ...Object.keys(NOT_ASKED)].sort());
    expect(compared).toBe(68);
  });
});

const isSame = (a: Told, b: Told): boolean => JSON.stringify(a) === JSON.stringify(b);
