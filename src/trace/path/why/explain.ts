/**
 * Why, and what would change it: everything a cause says beyond which flow decided.
 *
 * Input: a journey that ended, the table that decided and whose it is, the cause as it is so far; output: additions to the
 * cause: the chain of policies, the closest rule, a remedy, the fact that is missing. What can't be known is left out.
 * It must not know commands, formats or how the question was put.
 */
import type { Protocol } from '../../../kube/model/protocol.js';
import type { Owner } from '../../../ovnk/owner.js';
import { whenHeld } from '../../../ovsdb/replica/not-held.js';
import { unlessUnreadable } from '../../../world/unreadable.js';
import type { TableNode, TransformationNode } from '../../tree.js';
import type { Attributor } from '../attribution.js';
import { headersOf } from '../headers.js';
import type { Cause } from '../path-trace.js';
import type { Leg } from '../walk.js';
import { explainAccess } from './access.js';
import { aclStage } from './acl-flow.js';
import { factsAt, familyOf } from './facts.js';
import { mtuAt } from './mtu.js';
import { whyNoEndpoints } from './no-endpoints.js';

export interface Ending {
  readonly legs: readonly Leg[];
  /** Where the packet ended. */
  readonly table: TableNode;
  /** The table whose flow decided. */
  readonly deciding: TableNode;
  readonly owner: Owner | undefined;
  /** Packets made where it ended. */
  readonly generated: readonly TransformationNode[];
  /** Bytes of the frame, when they matter. */
  readonly size: number | undefined;
}

/** The cause with its explanation; without one where what explains it can't be read. */
export async function explain(cause: Cause, ending: Ending, attributor: Attributor): Promise<Cause> {
  const more = await unlessUnreadable(() => whenHeld(() => explanationOf(cause, ending, attributor)));
  return { ...cause, ...more };
}

async function explanationOf(cause: Cause, ending: Ending, attributor: Attributor): Promise<Partial<Cause>> {
  const { legs, table, deciding, owner } = ending;
  const leg = legs.at(-1);
  if (leg === undefined) return {};
  if (aclStage(deciding.stage) !== undefined) return explainAccess(legs, deciding, owner, attributor);
  switch (cause.type) {
    case 'no-endpoints':
      return emptyService(ending, leg, attributor);
    case 'mtu':
      return mtuAt({ leg, table }, ending.generated, ending.size) ?? {};
    default:
      return factsAt(cause.type, { leg, table }, attributor);
  }
}

async function emptyService({ deciding, owner }: Ending, leg: Leg, { world }: Attributor): Promise<Partial<Cause>> {
  if (owner?.kind !== 'Service') return {};
  const { protocol, dstPort } = headersOf(deciding.before);
  const asked = {
    namespace: owner.namespace,
    name: owner.name,
    port: dstPort,
    protocol: typeof protocol === 'string' ? (protocol.toUpperCase() as Protocol) : undefined,
    family: familyOf(deciding.before),
    node: leg.chassis.hostname,
  };
  return (await whyNoEndpoints(world, asked)) ?? {};
}
