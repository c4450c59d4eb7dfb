// What looking for everything that is wrong costs: three recorded zones, and one zone of a cluster with 500 pods and 200
// services; against the cheapest program Node can run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/steps.mjs';

const archive = join(root, '../shared/captures/scale-500.tar.gz');
const scratch = mkdtempSync(join(tmpdir(), 'ovnctl-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
if (existsSync(archive)) execFileSync('tar', ['-xzf', archive, '-C', scratch]);

const doctor = (folder) => ['bin/run.js', 'doctor', '--fail-on', 'never', '--from', folder];
const large = join(scratch, 'scale-500');

export const title = 'the whole doctor';
export const baseline = { name: 'node -e 0', args: ['-e', '0'] };
export const cases = [
  { name: 'ovnctl doctor on examples/ic-dualstack', args: doctor('examples/ic-dualstack'), limit: 15 },
  ...(existsSync(large) ? [{ name: 'ovnctl doctor on captures/scale-500', args: doctor(large), limit: 40 }] : []),
];

const LIMIT_MEGABYTES = 400;
const TELL_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}`))';

export function report() {
  if (!existsSync(large)) {
    console.log(`  not measured: ${archive} is absent`);
    return;
  }
  const { stderr, status } = spawnSync(process.execPath, ['--import', TELL_PEAK, ...doctor(large)], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const [, kilobytes] = /\npeak (\d+)$/.exec(stderr) ?? [];
  if (status !== 0 || kilobytes === undefined) throw new Error(`the doctor ended with ${status}: ${stderr}`);
  const peak = Number(kilobytes) / 1024;
  console.log(
    `  ${peak.toFixed(0).padStart(6)} MiB peak memory on captures/scale-500` +
      `  promised ≤ ${LIMIT_MEGABYTES}  ${peak <= LIMIT_MEGABYTES ? 'kept' : 'BROKEN'}`,
  );
}
