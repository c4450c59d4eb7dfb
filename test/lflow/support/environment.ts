import { addressSet, portGroup } from '../../../src/lflow/expr/constant-set.js';
import type { SetSource } from '../../../src/lflow/expr/constant-set.js';
import type { MatchScope } from '../../../src/lflow/expr/compile.js';
import type { ExprEnv } from '../../../src/lflow/expr/parse.js';
import { Slot } from '../../../src/lflow/packet/slots.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { SymbolTableBuilder } from '../../../src/lflow/symbols/builder.js';
import type { SymbolTable } from '../../../src/lflow/symbols/symbol.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';

/** The `environment` object of a conformance file. */
export interface RecordedEnvironment {
  readonly ports: Readonly<Record<string, number>>;
  readonly chassis_resident_ports: readonly string[];
  readonly address_sets: Readonly<Record<string, readonly string[]>>;
  readonly port_groups: Readonly<Record<string, readonly string[]>>;
  readonly datapath_key: number;
}

export function setSource(
  addressSets: Readonly<Record<string, readonly string[]>>,
  portGroups: Readonly<Record<string, readonly string[]>>,
  datapathKey: number,
): SetSource {
  const addresses = new Map(Object.entries(addressSets).map(([name, members]) => [name, addressSet(members).set]));
  const groups = new Map(Object.entries(portGroups).map(([name, ports]) => [name, portGroup(ports)]));
  return {
    addressSet: (name) => addresses.get(name),
    portGroup: (name) => groups.get(`${datapathKey}_${name}`),
  };
}

const extended = new Map<OvnRelease, SymbolTable>();

/** The symbol table of a release with the five symbols that OVN's own tests add. */
export function testSymbols(release: OvnRelease): SymbolTable {
  let table = extended.get(release);
  if (table === undefined) {
    table = new SymbolTableBuilder(symbolTable(release))
      .field('bad_prereq', Slot.xxreg0, 64, { prerequisite: 'xyzzy' })
      .field('self_recurse', Slot.xxreg0, 64, { prerequisite: 'self_recurse != 0' })
      .field('mutual_recurse_1', Slot.xxreg0, 64, { prerequisite: 'mutual_recurse_2 != 0' })
      .field('mutual_recurse_2', Slot.xxreg0, 64, { prerequisite: 'mutual_recurse_1 != 0' })
      .string('big_string', Slot.xxreg0)
      .build();
    extended.set(release, table);
  }
  return table;
}

export function recordedEnv(environment: RecordedEnvironment, release: OvnRelease): ExprEnv {
  const { address_sets, port_groups, datapath_key } = environment;
  return { symbols: testSymbols(release), sets: setSource(address_sets, port_groups, datapath_key) };
}

export function recordedScope(environment: RecordedEnvironment): MatchScope {
  return {
    portKey: (name) => {
      const key = environment.ports[name];
      return key === undefined ? undefined : BigInt(key);
    },
    isChassisResident: (port) => environment.chassis_resident_ports.includes(port),
  };
}

/** The symbol table for a branch name or measured version of the conformance data. */
export const RELEASE_OF: Readonly<Record<string, OvnRelease>> = {
  '23.03': '23.03',
  '26.03': '26.03',
  '23.03.1': '23.03.1',
  '26.03.1': '26.03',
};
