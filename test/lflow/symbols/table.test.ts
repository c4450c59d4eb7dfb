import { describe, expect, test } from 'vitest';
import { SLOT_WIDTH } from '../../../src/lflow/packet/slots.js';
import { RELEASES, atLeast, releaseOf } from '../../../src/lflow/release.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import type { LflowSymbol } from '../../../src/lflow/symbols/symbol.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { annotatedText } from '../../../src/lflow/expr/annotate.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';

interface SymbolsFile {
  readonly all_versions: readonly OvnRelease[];
  readonly symbols: readonly {
    readonly name: string;
    readonly kind: string;
    readonly level: string;
    readonly width: number;
    readonly prereq?: string;
    readonly expansion?: string;
    readonly of?: string;
    readonly storage?: string;
    readonly write: string;
    readonly versions?: readonly OvnRelease[];
  }[];
}

interface SymtabFile {
  readonly cases: readonly {
    readonly symbol: string;
    readonly definition: string;
    readonly branches: readonly string[];
  }[];
}

const ACCESS = { 'read-write': 'yes', 'read-only': 'no', 'ct-commit': 'ct_commit only' } as const;

/** A symbol in the words of symbols.json. */
function describeSymbol(symbol: LflowSymbol): Record<string, unknown> {
  const { name, level, width } = symbol;
  const kind = symbol.kind === 'action-field' ? 'ovn-field' : symbol.kind;
  return {
    name,
    kind,
    level,
    width,
    write: ACCESS[symbol.access],
    ...(symbol.prerequisite === undefined ? {} : { prereq: symbol.prerequisite }),
    ...(symbol.kind === 'predicate' ? { expansion: symbol.expansion } : {}),
    ...(symbol.kind === 'subfield' ? { of: parentBits(symbol) } : {}),
  };
}

function parentBits({ parent, parentOfs, width }: Extract<LflowSymbol, { kind: 'subfield' }>): string {
  return `${parent.name}[${width === 1 ? parentOfs : `${parentOfs}..${parentOfs + width - 1}`}]`;
}

describe('symbols', () => {
  const symbols = conformance('symbols.json') as SymbolsFile | undefined;
  const symtab = conformance('symtab.json') as SymtabFile | undefined;

  test.skipIf(symbols === undefined)(symbols === undefined ? NOT_RUN : 'conformance: symbols.json', () => {
    let compared = 0;
    const different: unknown[] = [];
    for (const release of symbols!.all_versions) {
      const table = symbolTable(release);
      const wanted = symbols!.symbols.filter(({ versions }) => versions?.includes(release) ?? true);
      for (const entry of wanted) {
        compared += 1;
        const rest = Object.fromEntries(
          Object.entries(entry).filter(([key]) => key !== 'storage' && key !== 'versions'),
        );
        const actual = table.get(entry.name);
        const found = actual && describeSymbol(actual);
        try {
          expect(found).toEqual(rest);
        } catch {
          different.push({ release, wanted: rest, found });
        }
      }
      expect([...table.keys()].sort()).toEqual(wanted.map(({ name }) => name).sort());
    }
    console.log(`symbols.json: compared ${compared}, equal ${compared - different.length}`);
    expect(different).toEqual([]);
  });

  test.skipIf(symbols === undefined)(symbols === undefined ? NOT_RUN : 'equal storage is one slot', () => {
    for (const release of symbols!.all_versions) {
      const slots = new Map<string, string>();
      for (const { name, storage, versions } of symbols!.symbols) {
        if (storage === undefined || !(versions?.includes(release) ?? true)) continue;
        const symbol = symbolTable(release).get(name)!;
        if (!('slot' in symbol)) throw new Error(`${name} has no storage`);
        const place = `${symbol.slot}/${symbol.ofs}`;
        expect(slots.get(storage) ?? place).toBe(place);
        slots.set(storage, place);
      }
    }
  });

  test.skipIf(symtab === undefined)(symtab === undefined ? NOT_RUN : 'conformance: symtab.json', () => {
    let compared = 0;
    for (const { symbol: name, definition, branches } of symtab!.cases) {
      for (const branch of branches) {
        compared += 1;
        const symbol = symbolTable(branch as OvnRelease).get(name)!;
        if (symbol.kind === 'subfield') expect(parentBits(symbol)).toBe(definition);
        else if (symbol.kind === 'predicate') expect(symbol.expansion).toBe(definition);
        // A whole field: the backing field of the switch is named in capitals.
        else expect(definition).toMatch(/^(NXM|OXM)_/);
      }
    }
    console.log(`symtab.json: compared ${compared}, equal ${compared}`);
    expect(compared).toBe(87);
  });

  test.each(RELEASES)('%s: every expansion and prerequisite can be annotated, every field fits its slot', (release) => {
    const table = symbolTable(release);
    for (const symbol of table.values()) {
      const texts = [symbol.prerequisite, symbol.kind === 'predicate' ? symbol.expansion : undefined];
      for (const text of texts) if (text !== undefined) expect(annotatedText(text, table).ok).toBe(true);
      // Only the ARP opcode is wider than what a switch keeps of it.
      if ('slot' in symbol && !symbol.name.endsWith('arp.op')) {
        expect(symbol.ofs + symbol.width).toBeLessThanOrEqual(SLOT_WIDTH[symbol.slot]);
      }
    }
  });

  test('a table is built once', () => {
    expect(symbolTable('26.03')).toBe(symbolTable('26.03'));
  });
});

describe('releases', () => {
  test.each([
    ['22.03.3', '23.03.1'],
    ['23.03.1-1~deb12u2', '23.03.1'],
    ['23.03', '23.03'],
    ['23.03.3', '23.03'],
    ['24.03.2', '24.03'],
    ['24.05', '24.03'],
    ['26.03.1', '26.03'],
    ['26.09.0', '26.03'],
    ['30.01', '26.03'],
    ['21.12', undefined],
    ['none', undefined],
  ])('%s follows the rules of %s', (version, release) => {
    expect(releaseOf(version)).toBe(release);
  });

  test('are ordered', () => {
    expect(atLeast('24.03', '23.09')).toBe(true);
    expect(atLeast('23.03.1', '23.03')).toBe(false);
  });
});
