/** Where a reading command takes its data from: files, database servers, or a cluster; and what to limit it to. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../base/errors.js';
import type { ZoneRemotes } from '../connect/live/remote-world.js';
import { clusterFlags, ovnNamespaceFlag } from './cluster-flags.js';

const group = { helpGroup: 'SOURCE' } as const;

export const sourceFlags = {
  from: Flags.string({
    ...group,
    summary: 'Read a snapshot, must-gather or database files instead of a cluster',
    description:
      'Offline, without any network: a snapshot folder or archive (.tar.gz, .tgz, .tar), a must-gather, or bare nb.db and sb.db files.',
    helpValue: 'PATH',
  }),
  nb: Flags.string({
    ...group,
    summary: 'Northbound database server; several members of a cluster are separated by commas',
    helpValue: 'REMOTE',
  }),
  sb: Flags.string({
    ...group,
    summary: 'Southbound database server, as unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT',
    helpValue: 'REMOTE',
  }),
  zone: Flags.string({
    ...group,
    summary: 'Only this zone; or a zone with its database servers, NAME=nb=REMOTE,sb=REMOTE; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  node: Flags.string({
    ...group,
    summary: 'Only the zone of this node; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NODE',
  }),
  'private-key': Flags.string({ ...group, char: 'p', summary: 'Our key for ssl, a PEM file', helpValue: 'FILE' }),
  certificate: Flags.string({ ...group, char: 'c', summary: 'Our certificate for ssl, a PEM file', helpValue: 'FILE' }),
  'ca-cert': Flags.string({
    ...group,
    char: 'C',
    summary: 'Certificate of the authority that signed those of the servers, a PEM file',
    helpValue: 'FILE',
  }),
  'db-server-name': Flags.string({
    ...group,
    summary: "Name in the database servers' certificates, when not their host; any checks no name",
    helpValue: 'NAME|any',
  }),
  ...clusterFlags,
  ...ovnNamespaceFlag,
};

export interface DatabaseFlags {
  readonly nb: string | undefined;
  readonly sb: string | undefined;
  readonly zone: readonly string[] | undefined;
}

/** Zones with servers, and the names of zones to limit the answer to. */
export interface ChosenZones {
  readonly remotes: readonly ZoneRemotes[];
  readonly only: readonly string[];
}

/** Throws UsageError for a --zone that is neither a name nor a name with servers. */
export function chosenZones({ nb, sb, zone = [] }: DatabaseFlags): ChosenZones {
  const remotes: ZoneRemotes[] = [];
  const only: string[] = [];
  for (const text of zone) {
    const equals = text.indexOf('=');
    if (equals < 0) only.push(text);
    else remotes.push(zoneRemotes(text, text.slice(0, equals), text.slice(equals + 1)));
  }
  if (nb !== undefined || sb !== undefined) {
    if (remotes.length > 0) {
      throw new UsageError('usage.zone', '--nb and --sb are for a single zone; with --zone NAME=… give them there', {
        hints: ['--zone NAME=nb=REMOTE,sb=REMOTE'],
      });
    }
    remotes.push({ ...(nb === undefined ? {} : { nb }), ...(sb === undefined ? {} : { sb }) });
  }
  return { remotes, only };
}

/** `nb=REMOTE,sb=REMOTE`, where a remote may have commas of its own. */
function zoneRemotes(whole: string, name: string, text: string): ZoneRemotes {
  const found: Record<string, string> = {};
  for (const part of text.split(/,(?=(?:nb|sb)=)/)) {
    const [, side, remote] = /^(nb|sb)=(.+)$/.exec(part) ?? [];
    if (name === '' || side === undefined || remote === undefined || found[side] !== undefined) {
      throw new UsageError('usage.zone', `--zone "${whole}" is neither a name nor NAME=nb=REMOTE,sb=REMOTE`, {
        hints: ['for example --zone node1=nb=unix:/run/ovn/ovnnb_db.sock,sb=unix:/run/ovn/ovnsb_db.sock'],
      });
    }
    found[side] = remote;
  }
  return { name, ...found };
}
