import { BugError } from '../../../base/errors.js';
import type { Kind } from '../kind.js';
import { acls, addressSets, meters, portGroups, qosRules } from './filtering.js';
import { nats, policies, routerPorts, routers, routes } from './routing.js';
import { copps, dhcpOptions, dnsRecords, loadBalancers } from './services.js';
import { bindings, chassis } from './southbound.js';
import { switches, switchPorts } from './switching.js';

/** Everything that can be listed. */
export const KINDS: readonly Kind[] = [
  ...[switches, switchPorts, routers, routerPorts, nats, routes, policies],
  ...[acls, portGroups, addressSets, qosRules, meters],
  ...[loadBalancers, dhcpOptions, dnsRecords, copps, chassis, bindings],
];

export function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each.name === name);
  if (kind === undefined) throw new BugError(`there is no kind ${name}`);
  return kind;
}
