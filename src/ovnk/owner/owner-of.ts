import type { Northbound } from '../../ovn/northbound/northbound.js';
import { rowsOfHint } from '../../ovn/northbound/stage-hint.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { conventionalOwner } from './conventional.js';
import { labelledOwner } from './labelled.js';
import { networkOf } from '../network.js';
import type { Owner } from '../owner.js';

/** Who a northbound row stands for: as its external_ids say, else as its place and form say. */
export function ownerOf(northbound: Northbound, row: Row): Owner {
  return (
    labelledOwner(row) ??
    conventionalOwner(northbound, row) ?? { kind: 'Unrecognised', network: networkOf(row), table: row.table }
  );
}

/**
 * Who rows stand for where that is certain, undefined elsewhere: labels always tell, names and forms only where
 * OVN-Kubernetes has set up its cluster router.
 */
export function certainOwners(northbound: Northbound): (row: Row) => Owner | undefined {
  const routers = northbound.database.table('Logical_Router');
  const isOvnKubernetes = routers.findPair('external_ids', 'k8s-cluster-router', 'yes').length > 0;
  return (row) => {
    const owner = isOvnKubernetes ? ownerOf(northbound, row) : labelledOwner(row);
    return owner?.kind === 'Unrecognised' ? undefined : owner;
  };
}

/** A northbound row that a flow may have been made of. */
export interface Attribution {
  readonly row: Row;
  readonly owner: Owner;
  /** `hint`: northd recorded the row; `vip`: that row is gone, another load balancer has the same virtual address. */
  readonly by: 'hint' | 'vip';
}

/** The virtual address in the match of a load-balancer flow, as the northbound row writes it. */
function vipOf(match: string): string | undefined {
  const address = /\bip([46])\.dst == ([0-9a-f.:]+)/.exec(match);
  const port = /\b(?:(?:tcp|udp|sctp)\.dst|reg1\[0\.\.15\]|reg9\[16\.\.31\]) == (\d+)/.exec(match)?.[1];
  if (address?.[2] === undefined || port === undefined) return undefined;
  return address[1] === '6' ? `[${address[2]}]:${port}` : `${address[2]}:${port}`;
}

/**
 * The northbound rows that a southbound flow may come from, with their owners: northd leaves the first eight hex digits
 * of the row's uuid on the flow (external_ids:stage-hint). Usually one; several when the digits are ambiguous; none when
 * the flow belongs to no single row. northd keeps a flow whose row was replaced by an equal one, so a hint can name a row
 * that is gone: load balancers are then found by their virtual address.
 */
export function attributionsOf(northbound: Northbound, flow: LogicalFlow): readonly Attribution[] {
  const hint = flow.row.map('external_ids').get('stage-hint');
  if (hint === undefined || flow.stage === undefined) return [];
  const rows = rowsOfHint(northbound, flow.stage, hint);
  if (rows.length > 0) return rows.map((row) => ({ row, owner: ownerOf(northbound, row), by: 'hint' }));
  const vip = vipOf(flow.match);
  const balancers = vip === undefined ? [] : northbound.loadBalancersOf(vip);
  return balancers.map((row) => ({ row, owner: ownerOf(northbound, row), by: 'vip' }));
}
