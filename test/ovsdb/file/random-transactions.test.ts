import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodedContents, servedContents } from '../../support/ovsdb-contents.js';
import { decodeFile, MADE_SCHEMA } from '../../support/ovsdb-made.js';
import { operation, possible } from '../../support/ovsdb-random.js';
import { hasOvsdbServer, NO_OVSDB, ovsdbTool, scratchFolder, startOvsdbServer } from '../../support/ovsdb-server.js';
import type { OvsdbServer } from '../../support/ovsdb-server.js';

const available = hasOvsdbServer();

describe.skipIf(!available).each(['create', 'create-cluster'])(
  available ? 'random transactions on a file made by ovsdb-tool %s' : NO_OVSDB,
  (command) => {
    const folder = scratchFolder();
    const file = join(folder.path, 'made.db');
    let server: OvsdbServer;
    let compactions = 0;

    beforeAll(async () => {
      const schema = join(folder.path, 'made.ovsschema');
      writeFileSync(schema, JSON.stringify(MADE_SCHEMA));
      const address = command === 'create' ? [] : [`unix:${join(folder.path, 'raft')}`];
      await ovsdbTool(command, file, schema, ...address);
      server = await startOvsdbServer(folder.path, [file], ['Made']);
    });
    afterAll(async () => {
      await server.stop();
      folder.remove();
    });

    test('the file says what the server serves, compacted now and then', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(operation, { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 0, max: 9 }),
          async (operations, dice) => {
            await server.transact('Made', ...possible(operations));
            if (dice === 0) {
              // A cluster refuses to compact when there is nothing new.
              const row = { name: `compaction ${String(compactions++)}`, some: 1 };
              await server.transact('Made', { op: 'insert', table: 'Thing', row });
              await server.control('ovsdb-server/compact');
            }
            const decoded = decodeFile(file);
            expect(decoded.gap).toBeUndefined();
            expect(decodedContents(decoded.database)).toEqual(
              servedContents(decoded.database.schema, await server.dump('Made')),
            );
          },
        ),
        // Every run builds on the rows of those before it, so there is nothing to shrink.
        { numRuns: 60, endOnFailure: true },
      );
    });
  },
);
