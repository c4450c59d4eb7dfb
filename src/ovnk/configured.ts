/**
 * How a cluster is set up, from OVN-Kubernetes' ConfigMaps: `ovnkube-config` (INI, as the Network operator of OpenShift and
 * upstream's charts write it) or `ovn-config` (upstream's manifests), and scripts that start ovnkube with flags.
 */
export interface ConfigText {
  readonly name: string;
  readonly data: ReadonlyMap<string, string>;
}

export interface Configured {
  /** CIDRs of pods, of all nodes together. */
  readonly clusterSubnets: readonly string[];
  readonly serviceSubnets: readonly string[];
  /** `--gateway-interface`, when it is set there. */
  readonly gatewayInterface: Setting | undefined;
  /** Of pods; OVN-Kubernetes' default is 1400. */
  readonly mtu: Setting | undefined;
  /** UDP port of Geneve; the default is 6081. */
  readonly encapPort: Setting | undefined;
}

/** A setting and the line that makes it. */
export interface Setting {
  readonly value: string;
  readonly configMap: string;
  readonly line: string;
}

/** The members of an INI section; a later line wins. */
function iniValue(text: string, section: string, key: string): string | undefined {
  let inside = false;
  let found: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const header = /^\[(.*)\]$/.exec(line);
    if (header !== null) inside = header[1] === section;
    const pair = inside ? /^([\w-]+)\s*=\s*"?(.*?)"?$/.exec(line) : null;
    if (pair?.[1] === key) found = pair[2];
  }
  return found;
}

/** `10.128.0.0/14/23` is a subnet of the cluster and the prefix length of a node's share. */
const subnetsIn = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((each) => each.trim().split('/').slice(0, 2).join('/'))
    .filter((each) => each.includes('/'));

export function configuredBy(maps: readonly ConfigText[]): Configured {
  let clusterSubnets: readonly string[] = [];
  let serviceSubnets: readonly string[] = [];
  let gatewayInterface: Setting | undefined;
  let mtu: Setting | undefined;
  let encapPort: Setting | undefined;
  for (const { name, data } of maps) {
    const ini = data.get('ovnkube.conf');
    if (ini !== undefined) {
      const of = (section: string, key: string) => iniValue(ini, section, key);
      if (clusterSubnets.length === 0) clusterSubnets = subnetsIn(of('default', 'cluster-subnets'));
      if (serviceSubnets.length === 0) serviceSubnets = subnetsIn(of('kubernetes', 'service-cidrs'));
      const set = (key: string): Setting | undefined => {
        const number = of('default', key);
        return number && /^\d+$/.test(number)
          ? { value: number, configMap: name, line: `[default] ${key}=${number}` }
          : undefined;
      };
      mtu ??= set('mtu');
      encapPort ??= set('encap-port');
      const value = of('gateway', 'interface');
      if (value) gatewayInterface ??= { value, configMap: name, line: `[gateway] interface=${value}` };
    }
    if (clusterSubnets.length === 0) clusterSubnets = subnetsIn(data.get('net_cidr'));
    if (serviceSubnets.length === 0) serviceSubnets = subnetsIn(data.get('svc_cidr'));
    const plain = data.get('mtu');
    if (plain !== undefined && /^\d+$/.test(plain)) mtu ??= { value: plain, configMap: name, line: `mtu: ${plain}` };
    for (const text of data.values()) {
      const flag = /--gateway-interface[ =]"?([\w.-]+)/.exec(text);
      if (flag?.[1] !== undefined) gatewayInterface ??= { value: flag[1], configMap: name, line: flag[0] };
    }
  }
  return { clusterSubnets, serviceSubnets, gatewayInterface, mtu, encapPort };
}
