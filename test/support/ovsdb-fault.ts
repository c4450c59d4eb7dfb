import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { jsonText } from '../../src/ovsdb/wire/json-text.js';
import type { Json, JsonObject } from '../../src/ovsdb/wire/json.js';
import { MessageScanner } from '../../src/ovsdb/wire/stream.js';

/** One connection to the scripted server. */
export interface Peer {
  send(message: Json): void;
  /** Bytes as they are, whatever they mean. */
  raw(text: string | Uint8Array): void;
  reply(request: JsonObject, result: Json): void;
  refuse(request: JsonObject, error: Json): void;
  close(): void;
  readonly socket: Socket;
}

/** Answers a request; what it returns true for is not answered as usual. `nth` counts connections from 0. */
export type Script = (request: JsonObject, peer: Peer, nth: number) => boolean;

export interface FaultServer {
  readonly remote: string;
  /** All requests and replies that arrived, in order. */
  readonly received: readonly JsonObject[];
  readonly connections: number;
  /** Says something to every client. */
  broadcast(message: Json): void;
  drop(): void;
  stop(): Promise<void>;
}

const SCHEMA: Json = {
  name: 'Made',
  version: '1.0.0',
  tables: {
    T: {
      columns: { name: { type: 'string' }, n: { type: { key: 'integer', min: 0, max: 'unlimited' } } },
      isRoot: true,
    },
  },
};

/** A server that answers a client's introduction like an old one (no `_Server` database), and else what the script says. */
export async function startFaultServer(folder: string, script: Script, name = 'fault'): Promise<FaultServer> {
  const path = join(folder, `${name}.sock`);
  const received: JsonObject[] = [];
  const peers = new Set<Peer>();
  let connections = 0;
  const usual = (request: JsonObject, peer: Peer): void => {
    switch (request['method']) {
      case 'get_schema':
        peer.reply(request, SCHEMA);
        break;
      case 'list_dbs':
        peer.reply(request, ['Made']);
        break;
      case 'echo':
        peer.reply(request, request['params'] ?? []);
        break;
      case undefined:
        break;
      default:
        if (request['id'] !== null) peer.refuse(request, 'unknown method');
    }
  };
  const server = createServer((socket) => {
    const nth = connections++;
    const scanner = new MessageScanner(1 << 26);
    const peer: Peer = {
      socket,
      raw: (text) => void socket.write(text),
      send: (message) => void socket.write(jsonText(message)),
      reply: (request, result) => peer.send({ id: request['id'] ?? null, result, error: null }),
      refuse: (request, error) => peer.send({ id: request['id'] ?? null, result: null, error }),
      close: () => void socket.destroy(),
    };
    peers.add(peer);
    socket.on('error', () => undefined);
    socket.on('close', () => peers.delete(peer));
    socket.on('data', (chunk: Buffer) => {
      for (const message of scanner.push(chunk).messages) {
        received.push(message);
        if (!script(message, peer, nth)) usual(message, peer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const drop = (): void => {
    for (const peer of [...peers]) peer.close();
  };
  return {
    remote: `unix:${path}`,
    received,
    get connections() {
      return connections;
    },
    broadcast: (message) => {
      for (const peer of peers) peer.send(message);
    },
    drop,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}
