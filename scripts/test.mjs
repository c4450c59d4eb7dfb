// npm test: installs what the suites need, builds what they run, then runs all of them. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { bin, ensureBuild, ensureNode, ensurePackages, fail, root, run } from './steps.mjs';

/**
 * OVN's own tools are the oracle of the differential suites; the product never runs them. The last three are what it finds in
 * pods to reach databases with.
 */
const DEBIAN_PACKAGES = [
  ...['ovn-central', 'ovn-host', 'ovn-common', 'openvswitch-switch'],
  ...['python3', 'socat', 'netcat-openbsd'],
];
const PROGRAMS = [
  ...['ovn-trace', 'ovn-northd', 'ovn-nbctl', 'ovn-sbctl', 'ovsdb-server', 'ovsdb-tool', 'ovsdb-client'],
  ...['python3', 'socat', 'nc'],
];

const onPath = (program) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].some((folder) => existsSync(`${folder}/${program}`));

function ensureOvn() {
  const missing = PROGRAMS.filter((program) => !onPath(program));
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES.join(' ')}`;
  if (!existsSync('/etc/debian_version') || !onPath('apt-get')) {
    fail(
      `the tests need other programs and ${missing.join(', ')} cannot be found; ` +
        `install them with your system's package manager (on Debian as root: ${command})`,
    );
  }
  if (process.getuid?.() !== 0) {
    fail(`the tests need other programs and ${missing.join(', ')} cannot be found; run as root: ${command}`);
  }
  console.error(`installing ${DEBIAN_PACKAGES.join(' ')} …`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  // Debian starts services as it installs them unless this says no (101); the suites run their own on private sockets.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  // An exit handler, because a failing step ends the process.
  if (ours) process.once('exit', () => rmSync(policy, { force: true }));
  run('apt-get', ['update', '-qq'], { quiet: true, environment });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...DEBIAN_PACKAGES], { quiet: true, environment });
  const still = PROGRAMS.filter((program) => !onPath(program));
  if (still.length > 0) fail(`${still.join(', ')} cannot be found although the packages are installed`);
}

ensureNode();
ensurePackages();
ensureOvn();
ensureBuild();
const vitest = spawnSync(process.execPath, [bin('vitest', 'vitest'), 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exitCode = vitest.status ?? 1;
