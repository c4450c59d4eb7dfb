import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository, runCli } from '../support/run-cli.js';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');

/** The words of a command line as a shell has them; single quotes are the only ones used. */
const words = (line: string): string[] => [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);

/** The contents of the fenced blocks of one language. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text]) => (name === language ? [text!] : []));

const shown = blocks('console').map((block) => {
  const [line = '', ...output] = block.split('\n');
  return { command: line.replace(/^\$ ovnctl /, ''), output: output.join('\n') };
});
const offered = blocks('sh')
  .flatMap((block) => block.split('\n'))
  // The others need a cluster or a server.
  .filter((line) => line.startsWith('ovnctl ') && /--from examples|^ovnctl explain/.test(line))
  .map((line) => line.replace(/^ovnctl /, '').replace(/\s+#.*$/, ''));

it('has examples', () => {
  expect(shown.length).toBeGreaterThan(1);
  expect(offered.length).toBeGreaterThan(5);
});

it.each(shown)('shows what "$command" prints', async ({ command, output }) => {
  expect((await runCli(words(command))).stdout).toBe(output);
});

it.each(offered)('offers a command that runs: %s', async (command) => {
  const { stdout, stderr, code } = await runCli(words(command));
  expect(stdout).not.toBe('');
  expect(stderr).not.toMatch(/^(error|hint):/m);
  expect(code).toBe(0);
});

/** The examples of every command that reads the recorded cluster, as the generated reference has them. */
const reference = join(repository, 'docs/commands');
const examples = readdirSync(reference)
  .flatMap((file) => readFileSync(join(reference, file), 'utf8').split('\n'))
  .filter((line) => line.startsWith('ovnctl ') && line.includes('--from examples/'))
  .map((line) => line.replace(/^ovnctl /, ''));

it.each(examples)('help has an example that works: %s', async (command) => {
  const { stdout, stderr, code } = await runCli(words(command));
  expect(stdout).not.toBe('');
  expect(stderr).not.toMatch(/^(error|hint):/m);
  expect(code).toBe(0);
});

it('links to what there is', () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => target!);
  expect(targets.filter((target) => !target.includes(':') && !existsSync(join(repository, target)))).toEqual([]);
});
