// Runs the checks of test/e2e against a real cluster, which they read and leave as it is: OVNCTL_E2E_KUBECONFIG names its
// kubeconfig. Without it the same checks run against the loopback cluster, as part of npm test.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const kubeconfig = process.env['OVNCTL_E2E_KUBECONFIG'];
if (kubeconfig === undefined || kubeconfig === '') {
  console.error('error: no cluster is named\nhint: OVNCTL_E2E_KUBECONFIG=FILE npm run test:e2e');
  process.exit(2);
}
try {
  accessSync(kubeconfig, constants.R_OK);
} catch {
  console.error(`error: OVNCTL_E2E_KUBECONFIG: ${kubeconfig} can't be read`);
  process.exit(2);
}
for (const words of [
  ['run', '--silent', 'build'],
  ['exec', '--', 'vitest', 'run', 'test/e2e', ...process.argv.slice(2)],
]) {
  const { status } = spawnSync('npm', words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
