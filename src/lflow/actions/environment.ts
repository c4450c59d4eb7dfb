import type { OvnRelease } from '../release.js';
import type { SymbolTable } from '../symbols/symbol.js';
import type { Pipeline } from './ast.js';

/** A row of SB DHCP_Options or DHCPv6_Options. */
export interface DhcpOption {
  readonly code: number;
  /** Column `type`: `ipv4`, `str`, `static_routes`, … */
  readonly type: string;
}

/** What the meaning of an action list depends on besides its text. */
export interface ActionEnvironment {
  readonly symbols: SymbolTable;
  /** Decides prerequisites that changed over time; the grammar is the union of all releases. */
  readonly release: OvnRelease;
  /** Where the flow stands; `next` counts from here. */
  readonly pipeline: Pipeline;
  readonly table: number;
  /** Number of tables of each pipeline. Absent: `next` may name any table. */
  readonly tables?: Readonly<Record<Pipeline, number>>;
  /** By option name. Absent: any name is accepted, with any kind of value. */
  readonly dhcpOptions?: ReadonlyMap<string, DhcpOption>;
  readonly dhcpv6Options?: ReadonlyMap<string, DhcpOption>;
}
