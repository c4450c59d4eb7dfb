/** What the command line says about the cluster; a flag that was not given is absent. */
export interface ClusterOptions {
  /** A file to read instead of those of KUBECONFIG. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly server?: string;
  readonly token?: string;
  readonly as?: string;
  readonly asGroups?: readonly string[];
  /** Milliseconds; 0 means no limit. */
  readonly requestTimeout?: number;
  readonly insecureSkipTlsVerify?: boolean;
}

/** What the process has around it, as far as connecting to a cluster depends on it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  /** Where a pod finds its service account. */
  readonly serviceAccountFolder: string;
  /** Whether somebody can answer an exec plugin's questions. */
  readonly interactive: boolean;
}
