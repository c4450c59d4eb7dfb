import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import type { KubeJson } from '../../support/kube-api/model.js';
import { NO_RECORDS, recorded } from '../../support/kube-api/recorded.js';
import type { Exchange } from '../../support/kube-api/recorded.js';
import { differences, RECORDED_USERS, send, Translation } from '../../support/kube-api/replay.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { loadSnapshot } from '../../support/kube-api/snapshot.js';

/** Watches whose answer depends on nothing but the state at their beginning; a second of theirs is a hundredth here. */
const REPLAYED = [
  'watch-timeout',
  'watch-no-rv',
  'watch-rv0',
  'watch-list-initial-events',
  'watch-list-empty',
  'watch-list-no-match',
  'watch-list-no-bookmarks',
  'watch-match-without-initial',
  'watch-initial-not-on-list',
  'watch-410-bookmarks',
  'watch-410-cr',
  'watch-future-rv',
  'watch-future-rv-initial',
  'watch-bad-rv',
  'watch-bad-rv-builtin',
  'watch-negative-timeout',
  'watch-bool-forms',
  'watch-forbidden',
  'watch-unauthorized',
  'watch-unknown-resource',
  'watch-single-object',
  'watch-object-path',
];

const exchanges = recorded('watch') ?? [];
const cases = exchanges.filter(({ name }) => REPLAYED.includes(name)).map((each) => [each.name, each] as const);

interface Event {
  readonly type: string;
  readonly object: KubeJson;
}

/** What a client looks at in an event. */
const essence = ({ type, object }: Event): unknown => ({
  type,
  kind: object.kind,
  apiVersion: object.apiVersion,
  name: object.metadata.name,
  annotations: object.metadata.annotations,
  reason: object['reason'],
  code: object['code'],
});

const eventsOf = (text: string): Event[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);

describe.skipIf(cases.length === 0)(cases.length === 0 ? NO_RECORDS : 'recorded watches', () => {
  const servers: { -readonly [S in Exchange['server']]?: KubeApi } = {};
  const start = () => startKubeApi({ tokens: RECORDED_USERS, kinds: OVN_KINDS, secondMs: 10 });

  beforeAll(async () => {
    const [k8s, ovn, own] = [await start(), await start(), await start()];
    Object.assign(servers, { k8s, ovn, own });
    for (const api of [k8s, ovn]) {
      api.store.revision = 2000;
      api.store.compact();
    }
    loadSnapshot(ovn.store, 'examples/ic-dualstack');
    own.store.revision = 460;
    const first = exchanges.find(({ name }) => name === 'watch-no-rv')?.response.events?.[0]?.event.object;
    own.store.seed('egressips', first as KubeJson);
    // The records ask for versions up to 473.
    own.store.revision = 473;
  });
  afterAll(async () => {
    for (const api of Object.values(servers)) await api.stop();
  });

  it.each(cases)('%s', async (_name, exchange) => {
    const api = servers[exchange.server];
    if (api === undefined) throw new Error(`no server stands for ${exchange.server}`);
    const got = await send(api, exchange, new Translation());
    const { events } = exchange.response;
    if (exchange.response.body !== undefined || exchange.response.bodyText !== undefined) {
      expect(differences(exchange, got)).toEqual([]);
      return;
    }
    expect(got.status).toBe(exchange.response.status);
    expect(got.headers['transfer-encoding']).toBe('chunked');
    const wanted = (events ?? []).map(({ event }) => essence(event as Event));
    expect(eventsOf(got.text).map(essence)).toEqual(wanted);
  });

  it('says how many were replayed', () => {
    expect(cases).toHaveLength(REPLAYED.length);
    console.log(`recorded watches: ${String(cases.length)} of ${String(exchanges.length)} replayed`);
  });
});
