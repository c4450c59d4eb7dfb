/** Every verb, sorted by name; nothing registers itself. */
import { dbAdd, dbClear, dbCreate, dbDestroy, dbRemove, dbSet } from '../database-verbs.js';
import type { Verb } from '../verb.js';
import { aclAdd, aclDelete, aclSet } from './acls.js';
import * as groups from './groups.js';
import { lbAdd, lbAttach, lbDelete, lbDetach } from './load-balancers.js';
import { meterAdd, meterDelete, qosAdd, qosDelete } from './metering.js';
import { natAdd, natDelete } from './nat.js';
import * as routers from './routers.js';
import { routeAdd, routeDelete, routerPolicyAdd, routerPolicyDelete } from './routing.js';
import * as services from './services.js';
import { switchPortAdd, switchPortDelete, switchPortSet } from './switch-ports.js';
import { switchAdd, switchDelete } from './switches.js';

export const VERBS: readonly Verb[] = [
  aclAdd,
  aclDelete,
  aclSet,
  groups.addressSetAdd,
  groups.addressSetDelete,
  groups.addressSetJoin,
  groups.addressSetLeave,
  groups.addressSetSet,
  dbAdd,
  dbClear,
  dbCreate,
  dbDestroy,
  dbRemove,
  dbSet,
  services.dhcpAdd,
  services.dhcpDelete,
  services.dhcpSet,
  services.dnsDelete,
  services.dnsSet,
  routers.gatewayChassisDelete,
  routers.gatewayChassisSet,
  services.haGroupAdd,
  services.haGroupDelete,
  services.haGroupJoin,
  services.haGroupLeave,
  lbAdd,
  lbAttach,
  lbDelete,
  lbDetach,
  meterAdd,
  meterDelete,
  services.mirrorAdd,
  services.mirrorAttach,
  services.mirrorDelete,
  services.mirrorDetach,
  natAdd,
  natDelete,
  groups.portGroupAdd,
  groups.portGroupDelete,
  groups.portGroupJoin,
  groups.portGroupLeave,
  groups.portGroupSet,
  qosAdd,
  qosDelete,
  routeAdd,
  routeDelete,
  routers.routerAdd,
  routers.routerDelete,
  routerPolicyAdd,
  routerPolicyDelete,
  routers.routerPortAdd,
  routers.routerPortDelete,
  routers.routerPortSet,
  switchAdd,
  switchDelete,
  switchPortAdd,
  switchPortDelete,
  switchPortSet,
];
