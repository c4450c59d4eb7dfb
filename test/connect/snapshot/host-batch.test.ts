import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { batchAnswers, batchScript } from '../../../src/connect/snapshot/host-batch.js';
import { withoutKeys } from '../../../src/connect/snapshot/host-commands.js';
import { HOST_FACTS } from '../../../src/world/host-facts.js';
import type { HostFact } from '../../../src/world/host-facts.js';

const scratch = mkdtempSync(join(tmpdir(), 'ovnctl-batch-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const KEY = '0x0123456789abcdef0123456789abcdef01234567';
const STATE = [
  'src 10.0.0.1 dst 10.0.0.2',
  '\tproto esp spi 0x00000100(256) reqid 1(0x00000001) mode transport',
  `\tauth-trunc hmac(sha1) ${KEY} (160 bits) 96`,
  `\tenc cbc(aes) 0x0123456789abcdef0123456789abcdef (128 bits)`,
  '',
].join('\n');

/** A folder of programs to be found beside `sh` and what is named. */
function image(name: string, programs: Readonly<Record<string, string>>, tools: readonly string[]): string {
  const bin = join(scratch, name);
  mkdirSync(bin);
  for (const tool of ['sh', ...tools]) {
    const path = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(bin, tool));
  }
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, program), 0o755);
  }
  return bin;
}

function ask(bin: string, facts: readonly HostFact[], shell = join(bin, 'sh')) {
  const { stdout, stderr } = spawnSync(shell, ['-c', batchScript(facts)], { env: { PATH: bin } });
  return { answers: batchAnswers(stdout, stderr.toString('utf8')), stdout: stdout.toString('utf8') };
}

const ALL = Object.keys(HOST_FACTS) as HostFact[];

describe.each(['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell)))('a batch in %s', (shell) => {
  const name = shell.slice(5);

  it('tells every fact with its own answer, whatever the others print', () => {
    const spoof = `printf 'ovnctl-fact rules4 0 5\\nfalse\\nä\\n'`;
    const ip = `case "$*" in *rule*) echo '[]' ;; *addr*) ${spoof} ;; *-6*) echo 'no IPv6' >&2; exit 3 ;; *) echo '[{"dst":"default"}]' ;; esac`;
    const bin = image(`ip-${name}`, { ip }, ['timeout']);
    const { answers } = ask(bin, ['addresses', 'routes4', 'routes6', 'rules4'], shell);
    expect([...answers]).toEqual([
      ['addresses', { kind: 'told', text: 'ovnctl-fact rules4 0 5\nfalse\nä\n' }],
      ['routes4', { kind: 'told', text: '[{"dst":"default"}]\n' }],
      ['routes6', { kind: 'failed', exitCode: 3, stderr: 'no IPv6' }],
      ['rules4', { kind: 'told', text: '[]\n' }],
    ]);
  });

  it('tells what a container has not', () => {
    const { answers } = ask(image(`bare-${name}`, {}, []), ALL, shell);
    expect([...answers.keys()]).toEqual(ALL);
    const kinds = Object.fromEntries([...answers].map(([fact, { kind }]) => [fact, kind]));
    for (const fact of ['northbound', 'southbound', 'ipsec-tunnels', 'ipsec-certificate'])
      expect(kinds[fact]).toBe('absent');
    for (const fact of ['routes4', 'sysctl', 'ovn-controller', 'northd', 'xfrm-state'] as const) {
      expect(answers.get(fact)).toMatchObject({ kind: 'failed', exitCode: 127 });
    }
  });

  it('has no keys in what leaves the node, though ip prints them', () => {
    const bin = image(`keys-${name}`, { ip: `cat <<'END'\n${STATE}END` }, ['cat', 'sed', 'timeout']);
    const { answers, stdout } = ask(bin, ['xfrm-state'], shell);
    expect(answers.get('xfrm-state')).toMatchObject({ kind: 'told' });
    expect(stdout).toContain('spi 0x00000100(256)');
    expect(stdout).not.toContain(KEY);
    expect(stdout).not.toContain('0123456789abcdef');
    // Without the filter there is no answer, rather than one with keys.
    const unfiltered = ask(image(`nosed-${name}`, { ip: `cat <<'END'\n${STATE}END` }, ['cat']), ['xfrm-state'], shell);
    expect(unfiltered.answers.get('xfrm-state')).toMatchObject({ kind: 'failed' });
    expect(unfiltered.stdout).not.toContain('0123456789abcdef');
  });

  it('reads settings of the kernel', () => {
    const { answers } = ask(image(`sys-${name}`, {}, ['grep']), ['sysctl'], shell);
    const told = answers.get('sysctl');
    expect(told?.kind === 'told' ? told.text : told).toMatch(/^ipv4\/ip_forward:[01]$/m);
  });
});

describe('an answer', () => {
  it('that was cut off is none', () => {
    const whole = Buffer.from('ovnctl-fact northd 0 14\nStatus: active\n\novnctl-fact rules4 0 200\n[');
    expect([...batchAnswers(whole, '')]).toEqual([['northd', { kind: 'told', text: 'Status: active\n' }]]);
  });

  it('loses its keys here too', () => {
    expect(withoutKeys('xfrm-state', STATE)).not.toContain('0123456789abcdef');
    expect(withoutKeys('xfrm-state', STATE)).toContain('spi 0x00000100(256)');
    const tunnels = 'Interface name: ovn-1-0 v1 (CONFIGURED)\n  Remote IP:  10.0.0.2\n  PSK:        swordfish\n';
    expect(withoutKeys('ipsec-tunnels', tunnels)).not.toContain('swordfish');
    expect(withoutKeys('ipsec-tunnels', tunnels)).toContain('Remote IP:  10.0.0.2');
  });
});
