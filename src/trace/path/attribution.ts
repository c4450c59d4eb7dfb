import { describeOwner } from '../../ovnk/owner/describe.js';
import { attributionsOf } from '../../ovnk/owner/owner-of.js';
import { ownerObject } from '../../ovnk/owner.js';
import type { Owner } from '../../ovnk/owner.js';
import type { Pod } from '../../kube/model/pod.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';
import { ownerFacts } from '../../world/owner-facts.js';
import type { World, Zone } from '../../world/world.js';
import type { OwnerSummary, RowReference } from './path-trace.js';

/** A flow's origin: the owner and the northbound row, or just the southbound flow when nobody is recorded. */
export interface Origin {
  readonly owner?: { readonly owner: Owner; readonly summary: OwnerSummary };
  readonly row: RowReference;
}

/** Names who is behind a flow; one for a whole answer, so that each flow is looked up once. */
export class Attributor {
  readonly #world: World;
  readonly #pods: readonly Pod[];
  readonly #known = new Map<string, Promise<Origin>>();

  /**
   * `pods`: those whose traffic is judged, the sender first; they narrow a default deny to the policies that select them:
   * the sender where egress is judged, the others where ingress is.
   */
  constructor(world: World, pods: readonly Pod[]) {
    this.#world = world;
    this.#pods = pods;
  }

  originOf(zone: Zone, flow: LogicalFlow): Promise<Origin> {
    const key = `${zone.name}/${flow.uuid}`;
    let origin = this.#known.get(key);
    if (origin === undefined) {
      origin = this.#lookUp(zone, flow);
      this.#known.set(key, origin);
    }
    return origin;
  }

  async summaryOf(owner: Owner): Promise<OwnerSummary> {
    const receiving = 'direction' in owner && owner.direction === 'Ingress';
    const judged = receiving ? this.#pods.slice(1) : this.#pods.slice(0, 1);
    const pod = judged.find((each) => 'namespace' in owner && each.metadata.namespace === owner.namespace);
    const facts = await ownerFacts(this.#world, owner, pod);
    return { ...ownerObject(owner), text: describeOwner(owner, facts) };
  }

  async #lookUp(zone: Zone, flow: LogicalFlow): Promise<Origin> {
    const southbound: RowReference = {
      database: 'southbound',
      zone: zone.name,
      table: 'Logical_Flow',
      uuid: flow.uuid,
    };
    if (!zone.hasNorthbound) return { row: southbound };
    const [first] = attributionsOf(await zone.northbound(), flow);
    if (first === undefined) return { row: southbound };
    const { row, owner } = first;
    return {
      owner: { owner, summary: await this.summaryOf(owner) },
      row: { database: 'northbound', zone: zone.name, table: row.table, uuid: row.uuid },
    };
  }
}
