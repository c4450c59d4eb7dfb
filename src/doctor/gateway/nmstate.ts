/** NodeNetworkConfigurationPolicies (nmstate.io/v1) that put the default routes of a node where OVN-Kubernetes wants them. */

export interface WantedRoute {
  readonly destination: '0.0.0.0/0' | '::/0';
  readonly interface: string;
  /** undefined with `absent`, which then removes whatever the interface has. */
  readonly gateway?: string;
  readonly absent?: boolean;
}

export interface WantedInterface {
  readonly name: string;
  /** For each family: whether the interface may take its default route from DHCP or router advertisements. */
  readonly automatic: Partial<Record<4 | 6, boolean>>;
}

export interface Policy {
  /** undefined when only a log is known: to be filled in. */
  readonly node: string | undefined;
  readonly interfaces: readonly WantedInterface[];
  readonly routes?: readonly WantedRoute[];
}

/** Lower than the 48 that configure-ovs.sh gives the routes of br-ex. */
const METRIC = 40;

export function networkPolicy({ node, interfaces, routes = [] }: Policy): string {
  const name = node ?? 'NODE';
  const lines = [
    'apiVersion: nmstate.io/v1',
    'kind: NodeNetworkConfigurationPolicy',
    'metadata:',
    `  name: same-default-gw-${name.toLowerCase()}`,
    'spec:',
    '  nodeSelector:',
    `    kubernetes.io/hostname: ${name}`,
    '  desiredState:',
  ];
  if (interfaces.length > 0) lines.push('    interfaces:');
  for (const each of interfaces) {
    lines.push(`    - name: ${each.name}`, '      state: up');
    for (const family of [4, 6] as const) {
      const automatic = each.automatic[family];
      if (automatic === undefined) continue;
      lines.push(
        `      ipv${family}:`,
        '        enabled: true',
        '        dhcp: true',
        ...(family === 6 ? ['        autoconf: true'] : []),
        `        auto-gateway: ${automatic}`,
        ...(automatic ? [] : ['        auto-routes: false']),
      );
    }
  }
  if (routes.length > 0) lines.push('    routes:', '      config:');
  for (const { destination, interface: name, gateway, absent = false } of routes) {
    lines.push(
      `      - destination: "${destination}"`,
      ...(gateway === undefined ? [] : [`        next-hop-address: "${gateway}"`]),
      `        next-hop-interface: ${name}`,
      ...(absent ? ['        state: absent'] : [`        metric: ${METRIC}`]),
    );
  }
  return `${lines.join('\n')}\n`;
}
