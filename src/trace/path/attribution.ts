import { describeOwner } from '../../ovnk/owner/describe.js';
import { attributionsOf } from '../../ovnk/owner/owner-of.js';
import { ownerObject } from '../../ovnk/owner.js';
import type { Owner } from '../../ovnk/owner.js';
import type { Pod } from '../../kube/model/pod.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import { ownerFacts } from '../../world/owner-facts.js';
import { unlessUnreadable } from '../../world/unreadable.js';
import type { World, Zone } from '../../world/world.js';
import { Slot } from '../../lflow/packet/slots.js';
import { podOfPort } from '../../ovnk/pod-of-port.js';
import type { TableNode } from '../tree.js';
import type { OwnerSummary, RowReference } from './path-trace.js';
import type { Leg } from './walk.js';

/** A flow's origin: the owner and the northbound row, or just the southbound flow when nobody is recorded. */
export interface Origin {
  readonly owner?: { readonly owner: Owner; readonly summary: OwnerSummary };
  readonly row: RowReference;
}

type PodName = NonNullable<ReturnType<typeof podOfPort>>;

const ACCESS_CONTROL = /^ls_(in|out)_acl/;

/** Names who is behind a flow; one for a whole answer, so that each flow is looked up once. */
export class Attributor {
  readonly world: World;
  /** Pods that the question is about, as far as they are known. */
  readonly pods: readonly Pod[];
  readonly #known = new Map<string, Promise<Origin>>();

  constructor(world: World, pods: readonly Pod[]) {
    this.world = world;
    this.pods = pods;
  }

  /** `subject`: the pod whose traffic the flow judges, which narrows a default deny to the policies that select it. */
  originOf(zone: Zone, flow: LogicalFlow, subject?: PodName): Promise<Origin> {
    const key = [zone.name, flow.uuid, subject?.namespace, subject?.name].join('/');
    let origin = this.#known.get(key);
    if (origin === undefined) {
      origin = whenHeld(() => this.#lookUp(zone, flow, subject));
      this.#known.set(key, origin);
    }
    return origin;
  }

  /** The origin of the flow that a table decided by; undefined when none matched. */
  async originAt({ zone, southbound }: Leg, table: TableNode): Promise<Origin | undefined> {
    const { flow, pipeline, datapath, before, stage } = table;
    if (flow === undefined) return undefined;
    if (!ACCESS_CONTROL.test(stage ?? '')) return this.originOf(zone, flow);
    const key = Number(before[pipeline === 'ingress' ? Slot.inport : Slot.outport]);
    const port = southbound.ports.withKey(datapath, key);
    return this.originOf(zone, flow, port && podOfPort(port.row));
  }

  async #summaryOf(owner: Owner, subject: PodName | undefined): Promise<OwnerSummary> {
    const isNarrowed = owner.kind === 'DefaultDeny' && owner.namespace === subject?.namespace;
    const pod = isNarrowed ? await this.#pod(subject) : undefined;
    const facts = await ownerFacts(this.world, owner, pod);
    return { ...ownerObject(owner), text: describeOwner(owner, facts) };
  }

  async #pod({ namespace, name }: PodName): Promise<Pod | undefined> {
    const { kube } = this.world;
    const known = this.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    if (known !== undefined || !kube.available) return known;
    return unlessUnreadable(() => kube.get('pods', namespace, name));
  }

  async #lookUp(zone: Zone, flow: LogicalFlow, subject: PodName | undefined): Promise<Origin> {
    const southbound: RowReference = {
      database: 'southbound',
      zone: zone.name,
      table: 'Logical_Flow',
      uuid: flow.uuid,
    };
    if (!zone.hasNorthbound) return { row: southbound };
    // Without names the answer is the same.
    const first = await unlessUnreadable(async () => attributionsOf(await zone.northbound(), flow)[0]);
    if (first === undefined) return { row: southbound };
    const { row, owner } = first;
    return {
      owner: { owner, summary: await this.#summaryOf(owner, subject) },
      row: { database: 'northbound', zone: zone.name, table: row.table, uuid: row.uuid },
    };
  }
}
