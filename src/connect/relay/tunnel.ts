import type { Transport } from '../../ovsdb/client/transport.js';

/** How a pod's sockets are reached. `one-shot` can read, but neither change nor follow. */
export type TunnelKind = 'python3' | 'socat' | 'nc' | 'one-shot';

/** A way to the unix sockets that one container sees. */
export interface Tunnel {
  readonly kind: TunnelKind;
  readonly isOpen: boolean;
  /**
   * Connects to the socket at `path`; `remote` names it in messages. Rejects with an OvnctlError, or with the signal's reason.
   */
  dial(path: string, remote: string, signal: AbortSignal): Promise<Transport>;
  /** Ends all connections and whatever runs in the pod for them; nothing is waited for. */
  close(): void;
}
