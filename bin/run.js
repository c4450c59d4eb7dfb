#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// A command ends within a second or two: what V8 would spend on optimizing it is a third of the processor time of a live
// trace, and is not earned back before the end. Loops that do run long are still optimized, somewhat later
// (docs/live-trace.md). What it has read stays until then, too: one growth of the young generation instead of four saves
// copying it over and over.
setFlagsFromString('--interrupt-budget=500000');
setFlagsFromString('--semi-space-growth-factor=16');

const root = new URL('../', import.meta.url);
const main = new URL('dist/src/cli/main.js', root);
const argv = process.argv.slice(2);

if (argv.length === 1 && argv[0] === '--version') {
  // Scripts ask this often: answered before the command framework is loaded.
  const { name, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else if (existsSync(main)) {
  const cli = await import(main);
  await cli.main({ root: fileURLToPath(root), argv, calledAs: process.argv[1] });
} else {
  process.stderr.write('error: ovnctl is not built\nhint: run "npm run build" first\n');
  process.exitCode = 70;
}
