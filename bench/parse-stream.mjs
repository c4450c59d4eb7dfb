// Parses a file's bytes three times, natively or with our scanner; started by ovsdb-stream.bench.mjs.
import { readFileSync } from 'node:fs';
import { MessageScanner } from '../dist/src/ovsdb/wire/stream.js';

const [how, path] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(path));
const CHUNK = 64 * 1024;

function scan() {
  const scanner = new MessageScanner(2 ** 30);
  const messages = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    messages.push(...scanner.push(bytes.subarray(at, at + CHUNK)).messages);
  return messages[0];
}

for (let times = 0; times < 3; times++) {
  const message = how === 'native' ? JSON.parse(new TextDecoder().decode(bytes)) : scan();
  if (!(message?.result?.[0]?.rows?.length > 50_000)) process.exitCode = 1;
}
