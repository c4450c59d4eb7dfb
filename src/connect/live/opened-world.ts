import type { World } from '../../world/world.js';
import type { ZoneReading } from './live-zone.js';

/** A World with connections behind it, to be closed by whoever opened it. */
export interface OpenedWorld {
  readonly world: World;
  /** What reading has cost so far, by zone and database; none for files. */
  readings(): readonly ZoneReading[];
  /** Notes a gap where the flows that decided, given by zone as uuids, are not what the server has any more. */
  confirm(flowsOf: (zone: string) => readonly string[]): Promise<void>;
  close(): void;
}
