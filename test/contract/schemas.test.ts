import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { repository, runCli } from '../support/run-cli.js';

interface Listed {
  readonly kind: string;
  readonly out: string;
}
const read = (path: string): unknown => JSON.parse(readFileSync(join(repository, path), 'utf8'));
const listed = read('scripts/documents.json') as readonly Listed[];

const CLUSTER = ['--from', 'examples/ic-dualstack'];

/** For every kind of document, command lines that print one. `-o json` is added. */
const SAMPLES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  DoctorReport: [
    ['doctor', ...CLUSTER],
    ['doctor', 'gateway', '--from', 'test/doctor/logs'],
  ],
  DoctorList: [['doctor', 'list']],
  Explanation: [['explain', 'OVN3004']],
  RbacRules: [['rbac'], ['rbac', '--for', 'trace', '--ovn-namespace', 'openshift-ovn-kubernetes']],
  ConnectivityMatrix: [
    ['trace', 'matrix', '-n', 'shop', '--to', 'payments', '--services', ...CLUSTER],
    ['trace', 'matrix', '-n', 'default', '--protocol', 'icmp', '--family', '6', '--by', 'pod', ...CLUSTER],
  ],
  ConnectivityReport: [['verify', 'connectivity', '-f', 'examples/expect.yaml', ...CLUSTER]],
  SnapshotInfo: [
    ['snapshot', 'info', 'examples/ic-dualstack'],
    ['snapshot', 'info', 'examples/ic-dualstack/ovn-worker/sb.db'],
  ],
  SnapshotPlan: [['snapshot', 'take', 'nowhere', '--dry-run', ...CLUSTER]],
  SnapshotDiff: [
    [
      'snapshot',
      'diff',
      'examples/ic-dualstack',
      'test/fixtures/ic-oracle.tar.gz',
      '--only',
      'nb',
      '--only',
      'objects',
    ],
    ['snapshot', 'diff', 'examples/ic-dualstack', 'examples/ic-dualstack/ovn-worker'],
  ],
  RowList: [
    ['acl', 'list', ...CLUSTER],
    ['binding', 'list', '--zone', 'ovn-worker', ...CLUSTER],
    ['router', 'port', 'list', 'GR_ovn-worker', ...CLUSTER],
  ],
  RowDetails: [
    ['switch', 'show', 'ovn-worker', ...CLUSTER],
    ['lb', 'show', 'Service_shop/web-svc_TCP_cluster', ...CLUSTER],
  ],
  FlowList: [['flows', 'list', 'ovn-worker', '--stage', 'acl_eval', ...CLUSTER]],
  StageExplanation: [['explain', 'ls_in_acl_eval']],
  SchemaExplanation: [
    ['explain', 'acl', ...CLUSTER],
    ['explain', 'Logical_Switch_Port.addresses', ...CLUSTER],
  ],
  Topology: [['topology', ...CLUSTER]],
  TableRows: [
    ['db', 'list', 'nb', 'Logical_Switch', '--zone', 'ovn-worker', ...CLUSTER],
    ['db', 'get', 'nb', 'NB_Global', '.', 'options:mac_prefix', 'name', '--if-exists', ...CLUSTER],
  ],
  DatabaseSchema: [['db', 'schema', 'sb', 'Port_Binding', ...CLUSTER]],
  Plan: [
    ['switch', 'add', 's1', '--dry-run', '--zone', 'ovn-worker', ...CLUSTER],
    ['switch', 'delete', 'ovn-worker', '--override-owner', '--dry-run', '--zone', 'ovn-worker', ...CLUSTER],
  ],
  History: [['history']],
  ZoneList: [
    ['zones', ...CLUSTER],
    ['zones', '--sb', 'unix:/nowhere.sock'],
  ],
  Version: [['version', ...CLUSTER]],
  Error: [['no-such-command'], ['trace', 'no-such-command']],
  PacketTrace: [
    ['trace', 'packet', 'ovn-worker', 'inport=="shop_client" && eth.dst==ff:ff:ff:ff:ff:ff', ...CLUSTER],
    ['trace', 'packet', 'ovn-worker', 'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06', '--faithful', ...CLUSTER],
  ],
  PathTrace: [
    ['trace', 'pod-to-service', 'shop/client', 'shop/web-svc', '--port', '80', ...CLUSTER],
    ['trace', 'pod-to-pod', 'shop/client', 'shop/web-0', '--port', '8080', ...CLUSTER],
    ['trace', 'pod-to-external', 'shop/client', '198.51.100.7', '--port', '443', ...CLUSTER],
    ['trace', 'pod-to-external', 'shop/web-0', '1.2.3.4', '--port', '443', ...CLUSTER],
    ['trace', 'pod-to-pod', 'shop/client', 'payments/db-0', '--port', '5432', ...CLUSTER],
    ['trace', 'pod-to-pod', 'shop/client', 'shop/web-1', '--port', '8080', '--size', '1500', ...CLUSTER],
    ['trace', 'pod-to-service', 'shop/client', 'shop/empty-svc', '--port', '80', ...CLUSTER],
  ],
};

it('every kind of document has a schema file and a sample, and nothing is left over', () => {
  expect(readdirSync(join(repository, 'schemas')).sort()).toEqual(listed.map(({ out }) => out).sort());
  expect(Object.keys(SAMPLES).sort()).toEqual(listed.map(({ kind }) => kind).sort());
});

it.each(
  listed.flatMap(({ kind, out }) => (SAMPLES[kind] ?? []).map((args) => [kind, args.join(' '), out, args] as const)),
)('%s of "%s" keeps to its schema', async (kind, _line, out, args) => {
  const { stdout } = await runCli([...args, '-o', 'json'], {
    // Nobody's own journal.
    environment: { XDG_STATE_HOME: join(repository, 'test/contract/nowhere') },
  });
  const document = JSON.parse(stdout) as { readonly kind: string };
  expect(document.kind).toBe(kind);
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  ajv.validate(read(`schemas/${out}`) as object, document);
  expect(ajv.errors ?? []).toEqual([]);
});

it.each(listed.map(({ out }) => out))('%s refuses a document of another kind or version', (out) => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(read(`schemas/${out}`) as object);
  expect(validate({ apiVersion: 'ovnctl.dev/v2', kind: 'Other', metadata: {}, data: {} })).toBe(false);
});
