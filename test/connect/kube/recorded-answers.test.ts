import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOW_CONTROL } from '../../support/kube-api/answers.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import type { KubeJson } from '../../support/kube-api/model.js';
import { NO_RECORDS, recorded } from '../../support/kube-api/recorded.js';
import type { Exchange } from '../../support/kube-api/recorded.js';
import { differences, RECORDED_USERS, sameWords, send, Translation } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { loadSnapshot } from '../../support/kube-api/snapshot.js';

/** What the loopback server leaves out, and which exchanges that concerns. */
const LEFT_OUT: Readonly<Record<string, RegExp>> = {
  'it serves JSON objects only: no Table, PartialObjectMetadata, YAML, protobuf, aggregated discovery, OpenAPI':
    /^(table-|partial-|yaml|protobuf$|api-aggregated|apis-aggregated|503-aggregated-in-agg|openapi|readyz-verbose)/,
  'it has fewer kinds and groups than a real server':
    /^(apis|apis-ovn|api-v1|apis-apps-v1|apis-k8s-ovn-org|apis-k8s-ovn-org-v1|root|gzip-big|events|get-pretty|503-aggregated-|503-apiservice-object|405-componentstatus|warning-componentstatus)$|^503-aggregated/,
  'it has no schemas, defaults and admission beyond EgressIP':
    /^(422-egressfirewall|422-udn-cel|422-networkpolicy|422-pod-immutable|422-label|400-type|403-pod-security|warning-pod|warning-pod-security|create-pod|create-namespace|400-version-mismatch-cr|warn-unknown-field|label-invalid-key|strategic-|status-|404-put-builtin-creates|get-namespace)/,
  'it has no nodes behind it: logs, proxies, evictions, ephemeral containers':
    /^(406-log|503-proxy|proxy-ok|400-node-proxy|eviction|ephemeral-container)/,
  'it deletes no collections and knows no propagation policy':
    /^(delete-collection|delete-bad-propagation|delete-foreground|delete-finalizer-builtin|delete-pod-grace|apply-builtin-)/,
  'the record describes the body instead of having it':
    /^(413-body|422-annotations-too-long|422-configmap-too-long|etcd-too-large|long-url)$/,
  'another client acted meanwhile': /^409-conflict-(?:put|put-builtin|patch-rv)$/,
  'the HTTP parser of Node refuses it': /^unknown-method$/,
};

const files = ['discovery', 'reads', 'errors', 'writes'] as const;
const NAMESPACE = { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };

const servers: { -readonly [S in Exchange['server']]?: KubeApi } = {};

/** The three recorded servers as they were, as far as the exchanges show it. */
async function startServers(): Promise<void> {
  const [k8s, ovn, own] = [
    await startKubeApi({ tokens: RECORDED_USERS }),
    await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS }),
    await startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS }),
  ];
  Object.assign(servers, { k8s, ovn, own });
  const namespace = (api: KubeApi, name: string): void => {
    const metadata = { name, labels: { 'kubernetes.io/metadata.name': name } };
    api.store.seed('namespaces', { metadata, ...NAMESPACE });
  };
  for (const name of ['default', 'n2']) namespace(own, name);
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'rec']) namespace(k8s, name);
  for (const { name, server, response } of recorded('reads') ?? []) {
    if (server !== 'k8s' || !/^get-(?:pod(?:-(?!status).*)?|node)$/.test(name)) continue;
    k8s.store.seed(name === 'get-node' ? 'nodes' : 'pods', response.body as KubeJson);
  }
  k8s.store.compact();
  loadSnapshot(ovn.store, 'examples/ic-dualstack');
  // Continue tokens and versions in the records are of these revisions.
  ovn.store.revision = 2376;
  own.store.revision = 382;
  own.fault = ({ user }) =>
    user === 'rec-slow'
      ? {
          kind: 'answer',
          status: 429,
          body: 'Too many requests, please try again later.\n',
          headers: { 'retry-after': '1', ...FLOW_CONTROL },
        }
      : undefined;
}

async function stopServers(): Promise<void> {
  for (const api of Object.values(servers)) await api.stop();
}

const why = (name: string): string | undefined => Object.entries(LEFT_OUT).find(([, names]) => names.test(name))?.[0];

/** Exchanges that were answered by HTTP and that the loopback server is meant to answer. */
const isReplayed = ({ name, request, response }: Exchange): boolean =>
  response.status !== undefined && request.method !== undefined && why(name) === undefined;

const counts = { replayed: 0, wordForWord: 0 };

describe.each(files)('%s', (file) => {
  const exchanges = recorded(file);
  if (exchanges === undefined) {
    it.skip(NO_RECORDS, () => undefined);
    return;
  }
  const translation = new Translation();
  beforeAll(startServers);
  afterAll(stopServers);

  // In order: what is written by one exchange is read by the next.
  const cases = exchanges.filter(isReplayed).map((exchange) => [exchange.name, exchange] as const);
  it.each(cases)('%s', async (_name, exchange) => {
    const api = servers[exchange.server];
    if (api === undefined) throw new Error(`no server stands for ${exchange.server}`);
    const got = await send(api, exchange, translation);
    translation.learn(exchange.response.body, got.text);
    expect(differences(exchange, got)).toEqual([]);
    counts.replayed += 1;
    if (sameWords(exchange, got)) counts.wordForWord += 1;
  });
});

describe('what is not replayed', () => {
  const all = files.flatMap((file) => recorded(file) ?? []);
  it.skipIf(all.length === 0)('has a reason that still holds for some exchange', () => {
    const byReason = Object.keys(LEFT_OUT).map((reason) => ({
      reason,
      count: all.filter(({ name }) => why(name) === reason).length,
    }));
    expect(byReason.filter(({ count }) => count === 0)).toEqual([]);
    const listed = byReason.map(({ reason, count }) => `  ${String(count)}: ${reason}`).join('\n');
    console.log(
      `recorded answers: ${String(counts.replayed)} of ${String(all.length)} replayed and equal ` +
        `(${String(counts.wordForWord)} word for word); left out:\n${listed}`,
    );
  });
});
