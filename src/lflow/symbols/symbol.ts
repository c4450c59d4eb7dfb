import type { Slot } from '../packet/slots.js';
import type { Span } from '../span.js';

/**
 * What may be asked of a symbol: ordinal, any comparison, subfields and masks; nominal, only positive equality of the whole;
 * boolean, equality with 0 or 1 and negation (ovn-sb(5), Logical_Flow match).
 */
export type Level = 'ordinal' | 'nominal' | 'boolean';

/** Where an assignment may name the symbol. */
export type Access = 'read-write' | 'read-only' | 'ct-commit';

/** How the value of a whole packet field is shown by the tracer (the field's "formatting" in ovs-fields(7)). */
export type Display = 'decimal' | 'hexadecimal' | 'ethernet' | 'ipv4' | 'ipv6' | 'fragment' | 'tcp-flags' | 'ct-state';

/** What must hold of a packet before the switch itself would read or write a field ("Prerequisites" in ovs-fields(7)). */
export type PacketPrerequisite =
  | 'none'
  | 'arp'
  | 'ip'
  | 'ipv4'
  | 'ipv6'
  | 'tcp'
  | 'udp'
  | 'sctp'
  | 'icmpv4'
  | 'icmpv6'
  | 'nd'
  | 'nd-solicit'
  | 'nd-advert';

interface Named {
  readonly name: string;
  readonly level: Level;
  /** Text of the condition that every use of the symbol implies. */
  readonly prerequisite: string | undefined;
  readonly access: Access;
}

interface Stored extends Named {
  readonly slot: Slot;
  /** Offset of bit 0 of the symbol in its slot. */
  readonly ofs: number;
  readonly packetPrerequisite: PacketPrerequisite;
}

/** A number with storage of its own; several fields may share a slot. */
export interface FieldSymbol extends Stored {
  readonly kind: 'field';
  readonly width: number;
  readonly display: Display;
  /** A field that is only a part of its byte and cannot be matched with a mask: a microflow that names it has no effect. */
  readonly partOfByte: boolean;
}

/** Some bits of a field under their own name. `ofs` already counts from the slot, `parentOfs` from the parent. */
export interface SubfieldSymbol extends Stored {
  readonly kind: 'subfield';
  readonly width: number;
  readonly parent: FieldSymbol;
  readonly parentOfs: number;
}

/** A named condition: one bit, replaced by its expansion when annotated. */
export interface PredicateSymbol extends Named {
  readonly kind: 'predicate';
  readonly width: 1;
  readonly expansion: string;
}

/** A port: compared by name, stored as a 32-bit tunnel key. */
export interface StringSymbol extends Stored {
  readonly kind: 'string';
  readonly width: 0;
}

/** A field that only an action writes and that no packet state holds, such as `icmp4.frag_mtu`. */
export interface ActionFieldSymbol extends Named {
  readonly kind: 'action-field';
  readonly width: number;
}

export type LflowSymbol = FieldSymbol | SubfieldSymbol | PredicateSymbol | StringSymbol | ActionFieldSymbol;

/** A symbol that a comparison with a number can name. */
export type IntegerSymbol = Exclude<LflowSymbol, StringSymbol>;

/** A symbol, or some of its bits, as a text names it. A string has width 0. */
export interface FieldRef {
  readonly symbol: LflowSymbol;
  /** First bit, counted from bit 0 of the symbol. */
  readonly ofs: number;
  readonly width: number;
  readonly span: Span;
}

/** Name to symbol. */
export type SymbolTable = ReadonlyMap<string, LflowSymbol>;
