import { apiVersionOf, unknownPath, unknownResource } from './model.js';
import type { Kind } from './model.js';

/** What a fixed path answers with: JSON, or text. */
export interface Fixed {
  readonly body: object | string;
  /** The content of the answer is indented and does not end in a line feed. */
  readonly indented?: boolean;
}

const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '98b35193b2ac7a23a673325f5e9b830ecd5ba406',
  gitTreeState: 'clean',
  buildDate: '2026-07-23T00:00:00Z',
  goVersion: 'go1.26.10',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const VERBS = {
  custom: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
  builtIn: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
};

const groupOf = (kinds: readonly Kind[], name: string): object => {
  const versions = [...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version))].map(
    (version) => ({ groupVersion: `${name}/${version}`, version }),
  );
  return { name, versions, preferredVersion: versions[0] };
};

function resourcesOf(kinds: readonly Kind[], group: string, version: string): object {
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.map(({ plural, kind, namespaced, custom }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: custom ? VERBS.custom : VERBS.builtIn,
    })),
  };
}

/** The paths that are about the server rather than about objects; undefined for those of objects. */
export function fixedPath(path: string, kinds: readonly Kind[]): Fixed | undefined {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
  switch (path) {
    case '/version':
      return { body: VERSION, indented: true };
    case '/healthz':
    case '/livez':
    case '/readyz':
      return { body: 'ok' };
    case '/':
      return {
        body: { paths: ['/api', '/api/v1', '/apis', ...groups.map((name) => `/apis/${name}`)] },
        indented: true,
      };
    case '/api': {
      const addresses = [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }];
      return { body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: addresses } };
    }
    case '/apis': {
      const listed = groups.map((name) => groupOf(kinds, name));
      return { body: { kind: 'APIGroupList', apiVersion: 'v1', groups: listed } };
    }
  }
  const [, root, first, second, third] = path.split('/');
  if (root === 'api')
    return first === 'v1' && second === undefined ? { body: resourcesOf(kinds, '', 'v1') } : undefined;
  if (root !== 'apis' || first === undefined) throw unknownPath();
  const group = kinds.filter((kind) => kind.group === first);
  if (group.length === 0) throw unknownPath();
  if (second === undefined) return { body: { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(kinds, first) } };
  const custom = group.some((kind) => kind.custom);
  if (!group.some((kind) => apiVersionOf(kind) === `${first}/${second}`)) {
    throw custom ? unknownPath() : unknownResource();
  }
  return third === undefined ? { body: resourcesOf(kinds, first, second) } : undefined;
}
