import { BugError } from '../../base/errors.js';
import { tokenize } from '../lexer.js';
import type { Slot } from '../packet/slots.js';
import type { OvnRelease } from '../release.js';
import type { Access, Display, FieldSymbol, Level, LflowSymbol, PacketPrerequisite, SymbolTable } from './symbol.js';

/** Whether the table that is being built is for this release or a newer one. */
export type Since = (first: OvnRelease) => boolean;

interface FieldOptions {
  readonly level?: Level;
  readonly prerequisite?: string;
  readonly access?: Access;
  /** First bit in the slot. */
  readonly ofs?: number;
  readonly display?: Display;
  readonly packetPrerequisite?: PacketPrerequisite;
  readonly partOfByte?: boolean;
}

/** Collects the symbols of one table; a parent is defined before its subfields, a symbol before the predicates that use it. */
export class SymbolTableBuilder {
  readonly #symbols: Map<string, LflowSymbol>;

  constructor(base: SymbolTable = new Map()) {
    this.#symbols = new Map(base);
  }

  field(name: string, slot: Slot, width: number, options: FieldOptions = {}): this {
    return this.#add({
      kind: 'field',
      name,
      slot,
      width,
      ofs: options.ofs ?? 0,
      level: options.level ?? 'ordinal',
      prerequisite: options.prerequisite,
      access: options.access ?? 'read-write',
      display: options.display ?? 'hexadecimal',
      packetPrerequisite: options.packetPrerequisite ?? 'none',
      partOfByte: options.partOfByte ?? false,
    });
  }

  /** Bits `low` to `high` of a field under their own name; level and access are those of the field. */
  subfield(name: string, parentName: string, low: number, high: number = low, prerequisite?: string): this {
    const parent = this.#field(parentName);
    return this.#add({
      kind: 'subfield',
      name,
      parent,
      parentOfs: low,
      slot: parent.slot,
      ofs: parent.ofs + low,
      width: high - low + 1,
      level: parent.level,
      prerequisite,
      access: parent.access,
      packetPrerequisite: parent.packetPrerequisite,
    });
  }

  /** A predicate is nominal if any symbol its text names is; what those symbols require does not count. */
  predicate(name: string, expansion: string): this {
    const nominal = tokenize(expansion).some(
      (token) => token.kind === 'id' && this.#symbols.get(token.name)?.level === 'nominal',
    );
    const level = nominal ? 'nominal' : 'boolean';
    return this.#add({
      kind: 'predicate',
      name,
      width: 1,
      expansion,
      level,
      prerequisite: undefined,
      access: 'read-only',
    });
  }

  /** A port name, stored as a tunnel key in the 32 bits of `slot` from `ofs` on. */
  string(name: string, slot: Slot, ofs = 0): this {
    return this.#add({
      kind: 'string',
      name,
      slot,
      ofs,
      width: 0,
      level: 'nominal',
      prerequisite: undefined,
      access: 'read-write',
      packetPrerequisite: 'none',
    });
  }

  actionField(name: string, width: number): this {
    return this.#add({
      kind: 'action-field',
      name,
      width,
      level: 'nominal',
      prerequisite: undefined,
      access: 'read-write',
    });
  }

  build(): SymbolTable {
    return this.#symbols;
  }

  #add(symbol: LflowSymbol): this {
    this.#symbols.set(symbol.name, symbol);
    return this;
  }

  #field(name: string): FieldSymbol {
    const symbol = this.#symbols.get(name);
    if (symbol?.kind !== 'field') throw new BugError(`subfield of ${name}, which is no field`);
    return symbol;
  }
}
