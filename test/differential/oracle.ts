import type { OvnSandbox } from '../support/ovn-sandbox.js';
import { OvnTraceDaemon } from '../support/ovn-trace-daemon.js';
import { microflowOf } from './microflows.js';
import type { Call } from './microflows.js';

/** Conntrack states a daemon is started with: more than the calls it will get can use up. */
const PLENTY = 12_000;

/**
 * The real ovn-trace on a sandbox's database as it is at the first call. Calls that can share a daemon do; lists of states
 * and preferred backends are used up by one trace, so those calls get a process each.
 */
export class Oracle {
  readonly #sandbox: OvnSandbox;
  readonly #daemons = new Map<string, OvnTraceDaemon>();

  constructor(sandbox: OvnSandbox) {
    this.#sandbox = sandbox;
  }

  /** Output for all formats; undefined when ovn-trace dies, or does not come to an end in `seconds`. */
  trace(call: Call, seconds = 20): Promise<string | undefined> {
    const args = ['--all', call.datapath, microflowOf(call)];
    const alone = call.options.some((option) => !option.startsWith('--no-friendly'));
    return alone
      ? this.#sandbox.traceWithin(seconds, ...call.options, ...args)
      : this.#daemon(call).trace(args, seconds);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#daemons.values()].map((daemon) => daemon.stop()));
  }

  #daemon({ options, always }: Call): OvnTraceDaemon {
    const key = `${options.join(' ')} ${always ?? ''}`;
    let daemon = this.#daemons.get(key);
    if (daemon === undefined) {
      const states = always === undefined ? [] : new Array<string>(PLENTY).fill(`--ct=${always}`);
      const { folder, remote } = this.#sandbox;
      daemon = new OvnTraceDaemon(folder, remote, `trace${this.#daemons.size}`, [...options, ...states]);
      this.#daemons.set(key, daemon);
    }
    return daemon;
  }
}
