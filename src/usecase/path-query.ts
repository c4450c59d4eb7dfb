import { UsageError } from '../base/errors.js';
import type { Family } from '../net/prefix.js';
import type { VipKind } from '../trace/endpoint/service-endpoint.js';
import type { Protocol } from '../trace/path/path-trace.js';

/** A question about a path in the user's words. */
export interface PathQuery {
  /** `NAMESPACE/POD`, `node/NAME`, `port/NAME`; an IP address for what comes from outside. */
  readonly source: string;
  /** `NAMESPACE/POD`, `node/NAME`, `port/NAME`, `NAMESPACE/SERVICE` or an IP address. */
  readonly destination: string;
  /** For names without one. */
  readonly namespace?: string;
  /** `tcp` when not given; for a service, that of its port. */
  readonly protocol?: Protocol;
  /** A number, or for services a port's name. */
  readonly port?: string;
  readonly sourcePort?: number;
  readonly family: '4' | '6' | 'both';
  /** Only this backend, `IP[:PORT]`; all of them when not given. */
  readonly backend?: string;
  /** The network of the pods, when not their primary one. */
  readonly network?: string;
  /** Whether the reply is followed too; it is unless told otherwise. */
  readonly reply?: boolean;
  /** The first packet of a connection (the default), or one after its reply. */
  readonly state?: 'new' | 'established';
  /** By which address a service is asked; its cluster address when not given. */
  readonly via?: VipKind;
  /** The node by which a packet from outside comes in; every node when not given. */
  readonly node?: string;
  /** Length of the IP packet in bytes, as MTUs count it; a small one when not given. */
  readonly size?: number;
  /** `verdict` leaves hops and translations of the answer empty; `full` unless given. */
  readonly detail?: 'verdict' | 'full';
}

/** A query that says its protocol. */
export type SettledQuery = PathQuery & { readonly protocol: Protocol };

export const settled = (query: PathQuery): SettledQuery => ({ ...query, protocol: query.protocol ?? 'tcp' });

export function familiesOf({ family }: PathQuery): readonly Family[] {
  return family === 'both' ? [4, 6] : [family === '4' ? 4 : 6];
}

/** The destination port as a number; undefined for ICMP. UsageError `trace.port` for anything else. */
export function portNumberOf({ port, protocol }: SettledQuery): number | undefined {
  if (protocol === 'icmp') return undefined;
  const number = Number(port);
  if (port !== undefined && /^\d+$/.test(port) && number >= 1 && number <= 65535) return number;
  const given = port === undefined ? '' : `, not ${port}`;
  throw new UsageError('trace.port', `--port must be a number from 1 to 65535${given}`);
}
