import type { RowChange } from '../../manage/plan.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Operation, OperationResult } from '../../ovsdb/client/operation.js';
import type { World } from '../../world/world.js';
import type { ZoneReading } from './live-zone.js';

/** A World with connections behind it, to be closed by whoever opened it. */
export interface OpenedWorld {
  readonly world: World;
  /** What reading has cost so far, by zone and database; none for files. */
  readings(): readonly ZoneReading[];
  /** Notes a gap where the flows that decided, given by zone as uuids, are not what the server has any more. */
  confirm(flowsOf: (zone: string) => readonly string[]): Promise<void>;
  /** Carries out a transaction; absent where nothing can be changed. Throws what `OvsdbClient.transact` throws. */
  readonly transact?: (
    zone: string,
    database: RowChange['database'],
    operations: readonly Operation[],
  ) => Promise<readonly OperationResult[]>;
  /** The client of a database, for reading what a World has no notion of; absent for files. */
  readonly client?: (zone: string, database: RowChange['database']) => Promise<OvsdbClient>;
  close(): void;
}
