/**
 * What is known of the hosts beside databases and objects: what commands printed on a node, ends of logs, and the
 * configuration that OVN-Kubernetes was started with. Texts as they came, each read when asked for; their meaning is for
 * whoever asks. Must not know files or connections.
 */
export interface HostText {
  /** Where it is, or would be, in a snapshot: `hosts/NODE/routes4.json` (host-facts.ts), `logs/NAMESPACE/POD/CONTAINER[.previous].log`. */
  readonly path: string;
  /** As messages name it. */
  readonly from: string;
  /** undefined when it turns out not to exist; throws OvnctlError when it can't be read. */
  read(): Promise<string | undefined>;
}

/** A ConfigMap of the namespace that OVN-Kubernetes runs in. */
export interface Configuration {
  readonly namespace: string;
  readonly name: string;
  readonly data: ReadonlyMap<string, string>;
}

export interface Hosts {
  /** In order of path. */
  texts(): Promise<readonly HostText[]>;
  /** undefined when the source does not have them. */
  configuration(): Promise<readonly Configuration[] | undefined>;
}
