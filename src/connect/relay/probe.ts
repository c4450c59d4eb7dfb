import { UnavailableError } from '../../base/errors.js';
import { runExec } from '../kube/exec/exec.js';
import { targetText } from '../kube/exec/refusal.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import type { KubeConnection } from '../kube/transport/connection.js';

/** The databases that a pod may serve; `switch` is Open vSwitch's own. */
export type SocketName = 'northbound' | 'southbound' | 'switch';

/** `nc` means different programs, which end in different ways. */
export type Netcat = { readonly program: 'nc' | 'ncat'; readonly variant: 'openbsd' | 'nmap' };

/** What a container has for us. */
export interface Probe {
  readonly python3: boolean;
  readonly socat: boolean;
  readonly netcat: Netcat | undefined;
  readonly ovsdbClient: boolean;
  /** Paths of the sockets that exist there; that somebody listens is not said by that. */
  readonly sockets: ReadonlyMap<SocketName, string>;
}

const FILES: Readonly<Record<string, SocketName>> = {
  'ovnnb_db.sock': 'northbound',
  'ovnsb_db.sock': 'southbound',
  'db.sock': 'switch',
};

/** Where releases have kept them; the first that exists is taken. */
const FOLDERS = ['/var/run/ovn', '/run/ovn', '/var/run/openvswitch', '/run/openvswitch'];

const LAST_LINE = 'end';

/** One exec for all questions. Every program is tried, because one that is there may still not run. */
const SCRIPT = `
python3 -I -S -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1 && echo python3
command -v socat >/dev/null 2>&1 && echo socat
command -v ovsdb-client >/dev/null 2>&1 && echo ovsdb-client
for p in nc ncat; do
  case "$($p -h 2>&1 </dev/null)" in *Ncat*) echo "$p nmap" ;; *OpenBSD*) echo "$p openbsd" ;; esac
done
for d in ${FOLDERS.join(' ')}; do
  for f in ${Object.keys(FILES).join(' ')}; do [ -S "$d/$f" ] && echo "socket $d/$f"; done
done
echo ${LAST_LINE}
`;

/** Asks what there is in a container; rejects like `runExec`. */
export async function probeContainer(
  connection: KubeConnection,
  target: ExecTarget,
  signal: AbortSignal,
): Promise<Probe> {
  const { stdout, stderr } = await runExec(connection, target, ['sh', '-c', SCRIPT], { signal, timeoutMs: 20_000 });
  const lines = Buffer.from(stdout).toString('utf8').split('\n');
  if (!lines.includes(LAST_LINE)) {
    const why = stderr === '' ? '' : `: ${stderr}`;
    throw new UnavailableError('relay.probe', `${targetText(target)} can't be looked into with its shell${why}`);
  }
  const sockets = new Map<SocketName, string>();
  let netcat: Netcat | undefined;
  for (const line of lines) {
    const [word = '', rest = ''] = line.split(' ');
    const name = word === 'socket' ? FILES[rest.slice(rest.lastIndexOf('/') + 1)] : undefined;
    if (name !== undefined && !sockets.has(name)) sockets.set(name, rest);
    if ((word === 'nc' || word === 'ncat') && (rest === 'openbsd' || rest === 'nmap')) {
      netcat ??= { program: word, variant: rest };
    }
  }
  return {
    python3: lines.includes('python3'),
    socat: lines.includes('socat'),
    netcat,
    ovsdbClient: lines.includes('ovsdb-client'),
    sockets,
  };
}
