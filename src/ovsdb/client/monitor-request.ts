/** The requests of ovsdb-server(7) sections 4.1.12–4.1.16 and RFC 7047 section 4.1.5, and what their replies mean. */
import { InputError } from '../../base/errors.js';
import type { Update, UpdateForm } from '../replica/monitor-updates.js';
import { isJsonArray } from '../wire/json.js';
import type { Json } from '../wire/json.js';
import { RequestRefusedError } from './errors.js';
import { ZERO_UUID } from './monitor-feed.js';
import type { Condition } from './operation.js';
import type { CallOptions, Session } from './session.js';

/** The columns (all, when left out) and rows (all, when left out) to see of each table. */
export type MonitorTables = Readonly<
  Record<string, { readonly columns?: readonly string[]; readonly where?: readonly Condition[] }>
>;

/** Newest first. */
const METHODS = ['monitor_cond_since', 'monitor_cond', 'monitor'] as const;
export type MonitorMethod = (typeof METHODS)[number];

interface MonitorRequest {
  readonly database: string;
  readonly key: string;
  readonly tables: MonitorTables;
  readonly since: string;
}

interface MonitorReply {
  /** Only what happened after `since` is told; otherwise everything. */
  readonly found: boolean;
  readonly lastTransaction: string;
  readonly form: UpdateForm;
  readonly tables: Json;
}

/** Servers before OVS 2.6 can't tell rows apart for us, and reading all instead is not what was asked for. */
export const unconditional = (): InputError =>
  new InputError('ovsdb.monitor-conditions', 'the server is too old to monitor with conditions');

function paramsOf(method: MonitorMethod, request: MonitorRequest): Json {
  const { database, key, tables, since } = request;
  const requests: Record<string, Json> = {};
  for (const [table, { columns, where }] of Object.entries(tables)) {
    if (method === 'monitor' && where !== undefined) throw unconditional();
    requests[table] = [{ ...(columns && { columns: [...columns] }), ...(where && { where: [...where] }) }];
  }
  return method === 'monitor_cond_since' ? [database, key, requests, since] : [database, key, requests];
}

function replyOf(method: MonitorMethod, result: Json): MonitorReply {
  if (method !== 'monitor_cond_since') {
    const form = method === 'monitor' ? 'update' : 'update2';
    return { found: false, lastTransaction: ZERO_UUID, form, tables: result };
  }
  const [found, lastTransaction, tables] = isJsonArray(result) ? result : [];
  if (typeof found !== 'boolean' || typeof lastTransaction !== 'string' || tables === undefined) {
    throw new InputError('ovsdb.protocol', 'the reply to monitor_cond_since has another form than it should');
  }
  return { found, lastTransaction, form: 'update2', tables };
}

/** Starts a monitor with the best method from `method` on that the server knows, and returns which. */
export async function beginMonitor(
  session: Session,
  method: MonitorMethod,
  request: MonitorRequest,
  call: Pick<CallOptions, 'deadline' | 'signal'>,
  onReply: (reply: MonitorReply) => void,
): Promise<MonitorMethod> {
  for (const tried of METHODS.slice(METHODS.indexOf(method))) {
    try {
      let fault: unknown;
      await session.call(tried, paramsOf(tried, request), {
        ...call,
        onResult: (result) => {
          try {
            onReply(replyOf(tried, result));
          } catch (error) {
            fault = error;
          }
        },
      });
      if (fault !== undefined) throw fault as Error;
      return tried;
    } catch (error) {
      const isUnknown = error instanceof RequestRefusedError && error.refusal.rfc === 'unknown method';
      if (!isUnknown || tried === 'monitor') throw error;
    }
  }
  return 'monitor';
}

/** Reads update, update2 and update3; undefined for what is none. */
export function updateOf(method: string, params: readonly Json[]): (Update & { lastTransaction?: string }) | undefined {
  const [, second, third] = params;
  if (second === undefined) return undefined;
  if (method === 'update') return { form: 'update', tables: second };
  if (method === 'update2') return { form: 'update2', tables: second };
  if (method !== 'update3' || typeof second !== 'string' || third === undefined) return undefined;
  return { form: 'update2', tables: third, lastTransaction: second };
}

export async function changeConditions(
  session: Session,
  key: string,
  conditions: Readonly<Record<string, readonly Condition[]>>,
  call: Pick<CallOptions, 'deadline' | 'signal'>,
): Promise<void> {
  const requests: Record<string, Json> = {};
  for (const [table, where] of Object.entries(conditions)) requests[table] = [{ where: [...where] }];
  await session.call('monitor_cond_change', [key, key, requests], call);
}
