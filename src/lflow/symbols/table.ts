/**
 * The symbols of the logical-flow language for one OVN release: registers and metadata, conntrack, packet fields and the
 * predicates over them, with width, level, prerequisite and storage (ovn-sb(5), Logical_Flow, "Symbols").
 *
 * Input: a release. Output: an immutable table, built once and shared. Knows nothing about parsing beyond the names.
 */
import { atLeast } from '../release.js';
import type { OvnRelease } from '../release.js';
import { SymbolTableBuilder } from './builder.js';
import type { Since } from './builder.js';
import { addConntrackSymbols } from './conntrack.js';
import { addFlagSymbols } from './flags.js';
import { addIpPredicates, addPacketSymbols } from './packet.js';
import { addRegisterSymbols } from './registers.js';
import type { SymbolTable } from './symbol.js';

const tables = new Map<OvnRelease, SymbolTable>();

export function symbolTable(release: OvnRelease): SymbolTable {
  let table = tables.get(release);
  if (table === undefined) {
    const builder = new SymbolTableBuilder();
    const since: Since = (first) => atLeast(release, first);
    addRegisterSymbols(builder, since);
    addFlagSymbols(builder, since);
    addConntrackSymbols(builder, since);
    addPacketSymbols(builder);
    addIpPredicates(builder, since);
    table = builder.build();
    tables.set(release, table);
  }
  return table;
}
