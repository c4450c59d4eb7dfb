// npm run quickstart: from a fresh clone to the first trace, on a recorded cluster, without a cluster and without a network.
import { spawnSync } from 'node:child_process';
import { ensureBuild, ensureNode, ensurePackages, root } from './steps.mjs';

const COMMAND = 'trace pod-to-service shop/client shop/web-svc --port 80 --from examples/ic-dualstack';

ensureNode();
ensurePackages();
ensureBuild();
console.error(`\n$ ovnctl ${COMMAND}\n`);
const result = spawnSync(process.execPath, ['bin/run.js', ...COMMAND.split(' ')], { cwd: root, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
