/**
 * A random topology: what to tell ovn-nbctl, what controllers would have written to the southbound database, and the
 * addresses, ports and places worth sending packets to.
 *
 * Input: a generator of random numbers; output: the draft, and functions that apply it to a sandbox. The same numbers give
 * the same draft; the rows' uuids are new every time.
 */
import { loadDatabase } from '../../../src/connect/files/databases.js';
import { southboundOf } from '../../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';
import type { OvnSandbox } from '../../support/ovn-sandbox.js';
import type { Random } from '../random.js';
import { conveniences } from './conveniences.js';
import { Draft, quoted } from './draft.js';
import { madeFlows } from './made-flows.js';
import { portFeatures } from './ports.js';
import { routing } from './routing.js';
import { rules } from './rules.js';
import { skeleton } from './skeleton.js';
import { translations } from './translations.js';

/** How many of the topologies get flows that northd would not write. */
const WITH_MADE_FLOWS = 0.1;

export function randomTopology(random: Random): Draft {
  const draft = new Draft(random);
  skeleton(draft);
  portFeatures(draft);
  rules(draft);
  translations(draft);
  routing(draft);
  conveniences(draft);
  return draft;
}

/** Applies the draft in a few transactions and waits for northd; the southbound database as it then is. */
export async function applyTopology(draft: Draft, sandbox: OvnSandbox): Promise<Southbound> {
  await sandbox.sbctl(
    ...joined(
      draft.chassis.flatMap(({ name, options }, i) => [
        ['chassis-add', name, 'geneve', `127.0.0.${i + 1}`],
        ...(options.length > 0 ? [['set', 'Chassis', name, ...options]] : []),
      ]),
    ),
  );
  await sandbox.nbctl('--wait=sb', ...joined(draft.commands));
  for (const command of draft.afterwards) await sandbox.nbctl(...command);
  await sandbox.sbctl(...joined(controllers(draft, read(sandbox))));
  await sandbox.sync();
  const southbound = read(sandbox);
  if (!draft.random.chance(WITH_MADE_FLOWS)) return southbound;
  await sandbox.pause();
  await sandbox.sbctl(...joined(madeFlows(draft, southbound)));
  return read(sandbox);
}

/** What controllers write: where ports are, and what they learned. */
function controllers(draft: Draft, { datapaths, ports, chassis }: Southbound): string[][] {
  const datapath = (name: string): string => datapaths.lookUp(name).found?.uuid ?? '';
  const commands = draft.bound.flatMap(({ port, chassis }) => [
    ['lsp-bind', port, chassis],
    ['set', 'Port_Binding', port, 'up=true'],
  ]);
  for (const { router, port, ip, mac } of draft.learned.neighbours) {
    // A router that is off has no datapath.
    if (datapath(router) === '') continue;
    commands.push([
      'create',
      'MAC_Binding',
      `datapath=${datapath(router)}`,
      `logical_port=${port}`,
      `ip=${quoted(ip)}`,
      `mac=${quoted(mac)}`,
    ]);
  }
  for (const { datapath: name, port, mac } of draft.learned.macs) {
    const [key, portKey] = [datapaths.lookUp(name).found?.key ?? 0, ports.named(port)?.key ?? 0];
    commands.push(['create', 'FDB', `dp_key=${key}`, `port_key=${portKey}`, `mac=${quoted(mac)}`]);
  }
  const [anywhere] = chassis.all();
  for (const { datapath: name, address, ports: members } of draft.learned.groups) {
    const rows = members.flatMap((member) => ports.named(member)?.uuid ?? []);
    commands.push([
      'create',
      'IGMP_Group',
      `address=${quoted(address)}`,
      `datapath=${datapath(name)}`,
      `chassis=${anywhere?.uuid ?? ''}`,
      `ports=${rows.join(',')}`,
    ]);
  }
  return commands.length > 0 ? commands : [['show']];
}

function read(sandbox: OvnSandbox): Southbound {
  return southboundOf(loadDatabase('sb.db', sandbox.southbound()).database);
}

/** Several command lines as the arguments of one. */
function joined(commands: readonly (readonly string[])[]): string[] {
  return commands.flatMap((command) => ['--', ...command]);
}
