import { describe, expect, test } from 'vitest';
import { copyMicroflow, emptyMicroflow, Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import { ConnectionTable, CtState, forgetConnection } from '../../../src/trace/conntrack/connection-table.js';

const client = 0x0a000001n;
const vip = 0x0a600001n;
const backend = 0x0a000002n;
const snatAddress = 0xac120003n;

function tcp(src: bigint, dst: bigint, srcPort: bigint, dstPort: bigint): Microflow {
  const flow = emptyMicroflow();
  flow[Slot.ethType] = 0x0800n;
  flow[Slot.nwProto] = 6n;
  [flow[Slot.nwSrc], flow[Slot.nwDst], flow[Slot.tpSrc], flow[Slot.tpDst]] = [src, dst, srcPort, dstPort];
  return flow;
}

const addresses = (flow: Microflow): readonly bigint[] => [
  flow[Slot.nwSrc],
  flow[Slot.nwDst],
  flow[Slot.tpSrc],
  flow[Slot.tpDst],
];

describe('a load-balanced connection', () => {
  const table = new ConnectionTable();
  const first = tcp(client, vip, 40000n, 80n);

  test('the first packet is new, goes to the backend, and is new still', () => {
    table.track(first, 'z', true);
    expect(first[Slot.ctState]).toBe(CtState.trk | CtState.new);
    table.commit(first, 'z', {
      nat: { side: 'destination', address: backend, port: 8080n },
      fields: ({ label }) => ({ mark: 2n, label }),
      visible: true,
    });
    expect(addresses(first)).toEqual([client, backend, 40000n, 8080n]);
    expect(first[Slot.ctState]).toBe(CtState.trk | CtState.new | CtState.dnat);
    expect(first[Slot.ctMark]).toBe(2n);
    expect(first[Slot.ctNwDst]).toBe(vip);
  });

  test('a commit without another look hides the connection from the packet, but the connection learns', () => {
    const packet = copyMicroflow(first);
    table.commit(packet, 'z', { fields: ({ mark, label }) => ({ mark: mark | 4n, label }), visible: false });
    expect(addresses(packet)).toEqual(addresses(first));
    expect([packet[Slot.ctState], packet[Slot.ctMark]]).toEqual([0n, 0n]);
    expect(table.connectionOf(packet, 'z')?.mark).toBe(6n);
    table.track(packet, 'z', false);
    expect([packet[Slot.ctState], packet[Slot.ctMark]]).toEqual([CtState.trk | CtState.new, 6n]);
  });

  test('repeated before an answer it is translated by its connection and still new', () => {
    const again = tcp(client, vip, 40000n, 80n);
    table.track(again, 'z', true);
    expect(addresses(again)).toEqual([client, backend, 40000n, 8080n]);
    expect(again[Slot.ctState]).toBe(CtState.trk | CtState.new | CtState.dnat);
  });

  test('without the nat flag the packet keeps its addresses', () => {
    const again = tcp(client, vip, 40000n, 80n);
    table.track(again, 'z', false);
    expect(addresses(again)).toEqual([client, vip, 40000n, 80n]);
  });

  test('the reply comes from the virtual address, and the next packet is established', () => {
    const reply = tcp(backend, client, 8080n, 40000n);
    table.track(reply, 'z', true);
    expect(addresses(reply)).toEqual([vip, client, 80n, 40000n]);
    expect(reply[Slot.ctState]).toBe(CtState.trk | CtState.est | CtState.rpl | CtState.snat);
    const second = tcp(client, vip, 40000n, 80n);
    table.track(second, 'z', true);
    expect(second[Slot.ctState]).toBe(CtState.trk | CtState.est | CtState.dnat);
  });

  test('another zone knows nothing of it', () => {
    const packet = tcp(backend, client, 8080n, 40000n);
    table.track(packet, 'other', true);
    expect(packet[Slot.ctState]).toBe(CtState.trk | CtState.new);
    expect(addresses(packet)).toEqual([backend, client, 8080n, 40000n]);
  });
});

test('source translation in a second zone starts anew there and is undone by the answer', () => {
  const table = new ConnectionTable();
  const packet = tcp(client, backend, 1000n, 443n);
  table.track(packet, 'dnat', true);
  table.commit(packet, 'snat', { nat: { side: 'source', address: snatAddress }, visible: true });
  expect(addresses(packet)).toEqual([snatAddress, backend, 1000n, 443n]);
  expect(packet[Slot.ctState]).toBe(CtState.trk | CtState.new | CtState.snat);
  const reply = tcp(backend, snatAddress, 443n, 1000n);
  table.track(reply, 'snat', true);
  expect(addresses(reply)).toEqual([backend, client, 443n, 1000n]);
  expect(reply[Slot.ctState]).toBe(CtState.trk | CtState.est | CtState.rpl | CtState.dnat);
});

test('an uncommitted connection leaves no trace; a forgotten packet is tracked anew', () => {
  const table = new ConnectionTable();
  const packet = tcp(client, backend, 1n, 2n);
  table.track(packet, 'z', false);
  expect([...table.connections()]).toEqual([]);
  forgetConnection(packet);
  expect(packet[Slot.ctState]).toBe(0n);
  table.commit(packet, 'z', { visible: false });
  expect([...table.connections('z')]).toHaveLength(1);
});

test('what is not IP is invalid', () => {
  const arp = emptyMicroflow();
  arp[Slot.ethType] = 0x0806n;
  new ConnectionTable().track(arp, 'z', false);
  expect(arp[Slot.ctState]).toBe(CtState.trk | CtState.inv);
});

describe('a source translation that is committed without another look', () => {
  const table = new ConnectionTable();
  const packet = tcp(backend, backend, 40000n, 8080n);
  table.track(packet, 'port', false);
  table.commit(packet, 'snat', { nat: { side: 'source', address: vip }, visible: false });

  test('is not seen by the flows that follow', () => {
    expect(addresses(packet)).toEqual([backend, backend, 40000n, 8080n]);
    expect(packet[Slot.ctState]).toBe(0n);
  });

  test('is on the packet when it leaves', () => {
    const left = copyMicroflow(packet);
    table.settle(left);
    table.settle(left);
    expect(addresses(left)).toEqual([vip, backend, 40000n, 8080n]);
    expect(left[Slot.ctState]).toBe(0n);
  });

  test('is what the next zone sees', () => {
    const tracked = copyMicroflow(packet);
    table.track(tracked, 'other', false);
    expect(addresses(tracked)).toEqual([vip, backend, 40000n, 8080n]);
    expect(tracked[Slot.ctState]).toBe(CtState.trk | CtState.new);
  });

  test('outlives that the packet is tracked no more', () => {
    const forgotten = copyMicroflow(packet);
    forgetConnection(forgotten);
    expect(table.connectionOf(forgotten, 'snat')).toBeUndefined();
    expect(addresses(forgotten)).toEqual([backend, backend, 40000n, 8080n]);
    table.settle(forgotten);
    expect(addresses(forgotten)).toEqual([vip, backend, 40000n, 8080n]);
  });
});
