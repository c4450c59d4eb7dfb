#!/usr/bin/env node
// From the sources, without a build: node --import tsx bin/dev.js …
import { fileURLToPath } from 'node:url';
import { main } from '../src/cli/main.ts';

await main({
  root: fileURLToPath(new URL('../', import.meta.url)),
  argv: process.argv.slice(2),
  calledAs: process.argv[1],
  sources: './commands',
});
