import type { Duplex } from 'node:stream';
import type { Transport } from '../../ovsdb/client/transport.js';
import { socketError } from './socket-errors.js';

/**
 * A transport over any byte stream of Node: a socket, a TLS connection, a relay's channel. Bytes are read only while somebody
 * iterates; `send` resolves when the stream has passed the bytes on.
 */
export function streamTransport(remote: string, stream: Duplex): Transport {
  // Errors reach readers and writers through their own calls; without a listener one between two calls would end the process.
  stream.on('error', () => undefined);
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => {
          if (error) reject(socketError(remote, error));
          else resolve();
        });
      }),
    close: () => {
      stream.destroy();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of stream) yield chunk as Uint8Array;
      } catch (error) {
        throw socketError(remote, error);
      }
    },
  };
}
