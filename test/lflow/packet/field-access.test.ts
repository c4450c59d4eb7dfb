import { describe, expect, test } from 'vitest';
import { prerequisitesHold, readField, writeField } from '../../../src/lflow/packet/field-access.js';
import { Slot, copyMicroflow, emptyMicroflow, readBits, writeBits } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';

const symbols = symbolTable('26.03');

function field(name: string) {
  const symbol = symbols.get(name);
  if (symbol === undefined || !('slot' in symbol)) throw new Error(`${name} has no storage`);
  return symbol;
}

function packet(fields: Partial<Record<keyof typeof Slot, bigint>>): Microflow {
  const flow = emptyMicroflow();
  for (const [name, value] of Object.entries(fields)) flow[Slot[name as keyof typeof Slot]] = value;
  return flow;
}

describe('packet state', () => {
  test('a copy is independent', () => {
    const flow = packet({ nwTtl: 64n });
    const copy = copyMicroflow(flow);
    copy[Slot.nwTtl] = 63n;
    expect(flow[Slot.nwTtl]).toBe(64n);
  });

  test('writing bits leaves their neighbours and cuts what does not fit', () => {
    const flow = packet({ xxreg0: (1n << 127n) | 1n });
    writeBits(flow, Slot.xxreg0, 32, 32, 0x1_0000_0007n);
    expect(flow[Slot.xxreg0]).toBe((1n << 127n) | (7n << 32n) | 1n);
    expect(readBits(flow, Slot.xxreg0, 32, 32)).toBe(7n);
    writeBits(flow, Slot.nwProto, 0, 16, 0x1ffn);
    expect(flow[Slot.nwProto]).toBe(0xffn);
  });

  test.each([
    ['ip4.src', 'arp.spa'],
    ['ip4.dst', 'rarp.tpa'],
    ['arp.sha', 'nd.sll'],
    ['tcp.src', 'udp.src'],
    ['reg1', 'xreg0[0..31]'],
    ['ip.proto', 'arp.op'],
  ])('%s is visible as %s', (first, second) => {
    const flow = emptyMicroflow();
    const [name = '', range] = second.split('[');
    writeField(flow, field(first), 0, field(first).width, 0x2an);
    expect(readField(flow, field(name), 0, range === undefined ? field(name).width : 32)).toBe(0x2an);
  });

  test('DSCP and ECN are parts of one byte', () => {
    const flow = emptyMicroflow();
    writeField(flow, field('ip.dscp'), 0, 6, 46n);
    writeField(flow, field('ip.ecn'), 0, 2, 1n);
    expect(flow[Slot.nwTos]).toBe((46n << 2n) | 1n);
  });

  test('an ICMP type replaces what was a port', () => {
    const flow = packet({ tpSrc: 0x1234n });
    writeField(flow, field('icmp4.type'), 0, 8, 8n);
    expect(flow[Slot.tpSrc]).toBe(8n);
  });
});

describe('what the switch requires of a packet', () => {
  const tcp4 = packet({ ethType: 0x800n, nwProto: 6n });
  const later = packet({ ethType: 0x800n, nwProto: 6n, nwFrag: 3n });
  const rarp = packet({ ethType: 0x8035n });
  const solicit = packet({ ethType: 0x86ddn, nwProto: 58n, tpSrc: 135n });
  const echo6 = packet({ ethType: 0x86ddn, nwProto: 58n, tpSrc: 128n });

  test.each([
    ['eth.src', packet({}), true],
    ['reg0', packet({}), true],
    ['ip.ttl', tcp4, true],
    ['ip.ttl', rarp, false],
    ['ip4.src', tcp4, true],
    ['ip6.src', tcp4, false],
    ['tcp.dst', tcp4, true],
    ['tcp.dst', later, false],
    ['udp.dst', tcp4, false],
    ['sctp.dst', packet({ ethType: 0x86ddn, nwProto: 132n }), true],
    ['arp.spa', rarp, true],
    ['arp.spa', tcp4, false],
    ['icmp4.type', packet({ ethType: 0x800n, nwProto: 1n }), true],
    ['icmp6.type', packet({ ethType: 0x800n, nwProto: 58n }), false],
    ['nd.target', solicit, true],
    ['nd.target', echo6, false],
    ['nd.sll', solicit, true],
    ['nd.tll', solicit, false],
  ])('%s', (name, flow, holds) => {
    expect(prerequisitesHold(field(name), flow)).toBe(holds);
  });
});
