/**
 * What an analyzer sees of the World, with a record of what it looked at and of what it could not see.
 *
 * In: a World. Out: objects, databases and texts; beside them the inputs that were touched, and gaps. A part that can't be
 * read is a gap and reads as empty, so an analyzer goes on with what there is; its outcome is then inconclusive.
 */
import { BugError, OvnctlError, UsageError } from '../base/errors.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import { Northbound } from '../ovn/northbound/northbound.js';
import type { Database } from '../ovsdb/replica/database.js';
import type { Gap } from '../world/coverage.js';
import type { Configuration, HostText } from '../world/hosts.js';
import type { World, Zone } from '../world/world.js';
import type { Input } from './inputs.js';
import { recordingDatabase } from './recording-database.js';

/** A text of a host, read. */
export interface SeenText {
  readonly path: string;
  readonly from: string;
  readonly text: string;
}

export interface SeenZone {
  readonly name: string;
  /** undefined when it can't be read; the gap is noted. */
  northbound(): Promise<Northbound | undefined>;
  southbound(): Promise<Database | undefined>;
  /** Open vSwitch's own database of the zone's node; undefined when the source can't have it, which is no gap by itself. */
  openVSwitch(): Promise<Database | undefined>;
}

export class Sight {
  readonly touched = new Set<Input>();
  /** Sorted by name. */
  readonly zones: readonly SeenZone[];
  readonly #world: World;
  readonly #gaps = new Map<string, Gap>();
  readonly #partial = new Set<Plural>();

  constructor(world: World) {
    this.#world = world;
    this.zones = world.zones.map((zone) => this.#seen(zone));
  }

  /** Whether there are objects at all; with databases alone there are none. */
  get hasObjects(): boolean {
    return this.#world.kube.available;
  }

  get gaps(): readonly Gap[] {
    return [...this.#gaps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
  }

  /** Notes that something needed is not there. */
  miss(gap: Gap): void {
    this.#gaps.set(`${gap.subject}\n${gap.code}\n${gap.reason}`, gap);
  }

  /** The objects of a kind, as far as they could be read. */
  async objects<P extends Plural>(plural: P): Promise<readonly KubeKinds[P][]> {
    this.touched.add(`kube.${plural}`);
    if (!this.#world.kube.available) return [];
    const listing = await this.#orGap(plural, () => this.#world.kube.list(plural));
    for (const gap of listing?.gaps ?? []) this.miss(gap);
    if (listing === undefined || listing.gaps.length > 0) this.#partial.add(plural);
    return listing?.items ?? [];
  }

  /** Whether all objects of the kind are known: one that is not among them does not exist then. Ask after `objects`. */
  isWhole(plural: Plural): boolean {
    return this.#world.kube.available && !this.#partial.has(plural);
  }

  /** The northbound databases that can be read, with their zones. */
  async northbounds(): Promise<readonly { readonly zone: string; readonly northbound: Northbound }[]> {
    const found = await Promise.all(
      this.zones.map(async (zone) => ({ zone: zone.name, northbound: await zone.northbound() })),
    );
    return found.flatMap(({ zone, northbound }) => (northbound === undefined ? [] : [{ zone, northbound }]));
  }

  /** What `ip` printed on the node. */
  async hostText(node: string, fact: 'routes4' | 'routes6' | 'addresses'): Promise<SeenText | undefined> {
    this.touched.add(fact === 'addresses' ? 'hosts.addresses' : 'hosts.routes');
    const path = `hosts/${node}/${fact}.json`;
    const text = (await this.#texts()).find((each) => each.path === path);
    if (text === undefined) {
      this.miss({ code: 'host.absent', subject: `${WORDS[fact]} of node ${node}`, reason: `there is no ${path}` });
      return undefined;
    }
    return this.#read(text);
  }

  /** Ends of logs that may be of OVN-Kubernetes. */
  async logs(): Promise<readonly SeenText[]> {
    this.touched.add('hosts.logs');
    const logs = (await this.#texts()).filter(({ path }) => path.startsWith('logs/'));
    const read = await Promise.all(logs.map((log) => this.#read(log)));
    return read.filter((text) => text !== undefined);
  }

  /** The ConfigMaps of OVN-Kubernetes; undefined when they are not known, which is no gap by itself. */
  async configuration(): Promise<readonly Configuration[] | undefined> {
    this.touched.add('hosts.configuration');
    return this.#orGap('configuration of OVN-Kubernetes', async () => this.#world.hosts?.configuration());
  }

  async #texts(): Promise<readonly HostText[]> {
    return (await this.#orGap('facts of hosts', async () => this.#world.hosts?.texts())) ?? [];
  }

  async #read(host: HostText): Promise<SeenText | undefined> {
    const { path, from } = host;
    const text = await this.#orGap(from, () => host.read());
    return text === undefined ? undefined : { path, from, text };
  }

  #seen(zone: Zone): SeenZone {
    const known = (database: 'northbound' | 'southbound', has: boolean): boolean => {
      const subject = `${database} database of zone ${zone.name}`;
      if (!has) this.miss({ code: 'source.no-database', subject, reason: 'the source does not have it' });
      return has;
    };
    const damage = (database: 'northbound' | 'southbound'): void => {
      for (const gap of this.#world.coverage.gaps()) {
        if (gap.zone === zone.name && gap.database === database) this.miss(gap);
      }
    };
    return {
      name: zone.name,
      northbound: async () => {
        if (!known('northbound', zone.hasNorthbound)) return undefined;
        const view = await this.#orGap(`northbound database of zone ${zone.name}`, () => zone.northbound());
        damage('northbound');
        return view && new Northbound(recordingDatabase(view.database, (table) => this.touched.add(`nb.${table}`)));
      },
      southbound: async () => {
        if (!known('southbound', zone.hasSouthbound)) return undefined;
        const view = await this.#orGap(`southbound database of zone ${zone.name}`, () => zone.southbound());
        damage('southbound');
        return view && recordingDatabase(view.database, (table) => this.touched.add(`sb.${table}`));
      },
      openVSwitch: async () => {
        const view = await this.#orGap(`Open vSwitch of zone ${zone.name}`, async () => zone.openVSwitch?.());
        return view && recordingDatabase(view, (table) => this.touched.add(`ovs.${table}`));
      },
    };
  }

  /** What can't be read is a gap; a bug of ours and a mistake of the user's are not. */
  async #orGap<T>(subject: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof OvnctlError) || error instanceof BugError || error instanceof UsageError) throw error;
      this.miss({ code: error.code, subject, reason: error.message });
      return undefined;
    }
  }
}

const WORDS = { routes4: 'IPv4 routes', routes6: 'IPv6 routes', addresses: 'addresses' } as const;
