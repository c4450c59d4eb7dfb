import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConflictError, UnavailableError } from '../../src/base/errors.js';
import type { OvnctlError } from '../../src/base/errors.js';
import { UnknownFateError } from '../../src/ovsdb/client/errors.js';
import type { Operation } from '../../src/ovsdb/client/operation.js';
import { NorthboundTwin, startTwins } from '../support/northbound-twins.js';
import { hasOvsdbServer, ovsdbTool, scratchFolder, startOvsdbServer } from '../support/ovsdb-server.js';

const failureOf = async (job: Promise<unknown>): Promise<unknown> =>
  job.then(() => undefined).catch((error: unknown) => error);
const isWrite = (operations: readonly Operation[]): boolean =>
  operations.some(({ op }) => op === 'insert' || op === 'update' || op === 'mutate' || op === 'delete');

describe.skipIf(!hasOvsdbServer())('changes that others get in the way of', () => {
  let twins: Awaited<ReturnType<typeof startTwins>>;
  beforeAll(async () => {
    twins = await startTwins();
  });
  afterAll(async () => {
    await twins.stop();
  });

  test('two writers of one row, a thousand times: no change is lost', { timeout: 240_000 }, async () => {
    const { model } = twins;
    const writers = [model, new NorthboundTwin(model.server)];
    await model.change('db set nb NB_Global . external_ids=writer=first');
    let conflicts = 0;
    const work = async (writer: NorthboundTwin, name: number): Promise<void> => {
      for (let round = 0; round < 500;) {
        const failure = await failureOf(writer.change(`db set nb NB_Global . external_ids=writer=${name}-${round}`));
        if (failure === undefined) round++;
        else if (failure instanceof ConflictError && failure.code !== 'manage.verify') conflicts++;
        // Written, and by then written over.
        else if (failure instanceof ConflictError) round++;
        else throw failure as Error;
      }
    };
    await Promise.all(writers.map(work));
    const applied = writers.flatMap(({ journal }) =>
      journal.kept.flatMap(({ batches }) =>
        batches.filter(({ state }) => state === 'applied').flatMap(({ changes }) => changes),
      ),
    );
    // Every value but the last was seen by exactly one writer, who replaced it.
    const seen = applied.map(({ before }) => JSON.stringify(before['external_ids']));
    expect(applied.length).toBe(1001);
    expect(new Set(seen).size).toBe(1001);
    expect(conflicts).toBeGreaterThan(0);
  });

  test('a row that changed after the plan was made is left as it is', async () => {
    const { copy } = twins;
    await copy.change('switch add guarded');
    const before = await copy.contents();
    copy.between = async (send, operations) => {
      if (isWrite(operations)) await copy.nbctl('set', 'Logical_Switch', 'guarded', 'other_config:a=b');
      return send();
    };
    const failure = await failureOf(copy.change('switch delete guarded'));
    copy.between = (send) => send();
    expect(failure).toBeInstanceOf(ConflictError);
    expect((failure as OvnctlError).message).toMatch(/changed by somebody else meanwhile; nothing was done/);
    expect(copy.journal.kept.at(-1)?.batches[0]?.state).toBe('refused');
    await copy.nbctl('clear', 'Logical_Switch', 'guarded', 'other_config');
    expect(await copy.contents()).toEqual(before);
  });

  test('members that others add to the same set meanwhile are no conflict', async () => {
    const { copy } = twins;
    copy.between = async (send, operations) => {
      if (isWrite(operations)) await copy.nbctl('lsp-add', 'guarded', 'theirs');
      return send();
    };
    await copy.change('switch port add guarded ours');
    copy.between = (send) => send();
    const text = (await copy.contents()).join('\n');
    expect(text).toContain('name="theirs"');
    expect(text).toContain('name="ours"');
  });

  test('undo refuses rows that somebody has changed since, and says so', async () => {
    const { copy } = twins;
    await copy.change('switch port add guarded late');
    await copy.nbctl('lsp-set-addresses', 'late', 'unknown');
    const before = await copy.contents();
    const failure = await failureOf(copy.undo());
    expect((failure as OvnctlError).message).toBe(
      `switch-port/late has another addresses since change ${copy.journal.kept.length}: it is left as it is`,
    );
    expect(await copy.contents()).toEqual(before);
  });

  test('what was read back otherwise than written is told', async () => {
    const { copy } = twins;
    let written = false;
    copy.between = async (send, operations) => {
      if (written && !isWrite(operations)) await copy.nbctl('set', 'Logical_Switch_Port', 'ours', 'type=localnet');
      written = isWrite(operations);
      return send();
    };
    const failure = await failureOf(copy.change('switch port set ours --type localport'));
    copy.between = (send) => send();
    expect((failure as OvnctlError).code).toBe('manage.verify');
  });
});

describe.skipIf(!hasOvsdbServer())('deaths in the middle of a batch', () => {
  const LINES = [
    'switch add s1',
    'switch port add s1 p1',
    'acl add s1 to-lport 5 ip4 drop',
    'lb add lb1 10.0.0.1:80 10.0.0.2:80',
  ];
  const folder = scratchFolder();
  const file = join(folder.path, 'nb.db');
  let twin: NorthboundTwin;
  let empty: readonly string[];

  beforeAll(async () => {
    await ovsdbTool('create', file, '/usr/share/ovn/ovn-nb.ovsschema');
    twin = new NorthboundTwin(await startOvsdbServer(folder.path, [file], ['OVN_Northbound']));
    await twin.nbctl('init');
    twin.timeoutMs = 2000;
    empty = await twin.contents();
  });
  afterAll(async () => {
    await twin.server.stop();
    folder.remove();
  });
  beforeEach(() => {
    twin.between = (send) => send();
  });

  /** Runs the batch, with the client dying before its nth transaction, or after it was carried out. */
  const dies = async (at: number, when: 'before' | 'after'): Promise<void> => {
    let calls = 0;
    twin.between = async (send) => {
      if (calls++ !== at) return send();
      if (when === 'after') await send();
      throw new Error('the client died');
    };
    await failureOf(twin.change(...LINES));
    twin.between = (send) => send();
  };

  test.each([
    [0, 'before'],
    [0, 'after'],
    [1, 'before'],
  ] as const)('the client dies at transaction %i, %s it is carried out: nothing is done', async (at, when) => {
    await dies(at, when);
    expect(await twin.contents()).toEqual(empty);
    const entry = twin.journal.kept.at(-1);
    if (entry === undefined) return;
    expect(entry.batches[0]?.state).toBe('sent');
    const failure = await failureOf(twin.undo());
    expect((failure as OvnctlError).code).toBe('undo.nothing');
  });

  test.each([
    [1, 'after'],
    [2, 'before'],
  ] as const)(
    'the client dies at transaction %i, %s it is carried out: all is done, and can be undone',
    async (at, when) => {
      await dies(at, when);
      const text = (await twin.contents()).join('\n');
      for (const part of ['name="s1"', 'name="p1"', 'priority=5', 'name="lb1"']) expect(text).toContain(part);
      await twin.undo();
      expect(await twin.contents()).toEqual(empty);
    },
  );

  test('the server dies at some moment: whole or not at all, and the journal tells', { timeout: 120_000 }, async () => {
    const fates = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const moment = round % 3;
      twin.between = async (send, operations) => {
        if (!isWrite(operations)) return send();
        if (moment === 0) await twin.server.kill();
        const sent = send();
        // Looked at below; until then its failure is nobody's.
        sent.catch(() => undefined);
        if (moment === 1) await twin.server.kill();
        const results = await sent;
        if (moment === 2) await twin.server.kill();
        return results;
      };
      const failure = await failureOf(twin.change(...LINES));
      twin.between = (send) => send();
      expect(failure).toBeInstanceOf(UnavailableError);
      // A killed server leaves its socket behind, which would pass for a started one.
      rmSync(join(folder.path, 'server.sock'), { force: true });
      twin.server = await startOvsdbServer(folder.path, [file], ['OVN_Northbound']);
      const isDone = (await twin.contents()).join('\n') !== empty.join('\n');
      const state = twin.journal.kept.at(-1)?.batches[0]?.state;
      fates.add(
        `${failure instanceof UnknownFateError ? 'unknown' : 'known'} ${state ?? ''} ${isDone ? 'done' : 'not done'}`,
      );
      if (state === 'refused') expect(isDone).toBe(false);
      if (state === 'applied') expect(isDone).toBe(true);
      if (isDone) {
        await twin.undo();
        expect(await twin.contents()).toEqual(empty);
      } else {
        const undone = (await failureOf(twin.undo())) as OvnctlError;
        expect(undone.code).toBe('undo.nothing');
      }
    }
    expect([...fates]).toContain('known applied done');
  });
});
