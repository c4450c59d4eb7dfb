/**
 * What every command that reads a World shares: opening what the flags name, asking a use case, saying what reading has
 * cost, closing. A live database fetches what the use case turns out to need, and the use case is then asked again.
 */
import type { OpenedWorld } from '../connect/live/opened-world.js';
import { whenHeld } from '../ovsdb/replica/not-held.js';
import type { World } from '../world/world.js';
import { BaseCommand } from './base-command.js';
import { onInterrupt } from './interrupt.js';
import { openSource } from './open-source.js';
import type { SourceFlags } from './open-source.js';

export interface Asked<T> {
  readonly world: World;
  readonly answer: T;
}

/** The flows that an answer rests on, as uuids by zone. */
export type Grounds = ReadonlyMap<string, readonly string[]>;

export abstract class SourceCommand extends BaseCommand {
  /** Whether logs and facts of hosts are wanted too. */
  protected get needsHosts(): boolean {
    return false;
  }

  /** Whether rows of the northbound database are wanted with all their columns, because they may be changed. */
  protected get needsWholeRows(): boolean {
    return false;
  }

  /** The use case's answer about the source that the flags name; `grounds` are checked to be there still. */
  protected async ask<T>(
    flags: SourceFlags,
    useCase: (world: World) => T | Promise<T>,
    grounds?: (answer: T) => Grounds,
  ): Promise<Asked<T>> {
    return this.within(flags, async (opened) => {
      const answer = await whenHeld(() => useCase(opened.world));
      if (grounds !== undefined) {
        const uuids = grounds(answer);
        await opened.confirm((zone) => uuids.get(zone) ?? []);
      }
      return { world: opened.world, answer };
    });
  }

  /** Does a job with the source open, and closes it, also when the user interrupts. */
  protected async within<T>(flags: SourceFlags, job: (opened: OpenedWorld) => Promise<T>): Promise<T> {
    const interrupt = new AbortController();
    const events = { warn: (text: string) => this.caution(text), note: (text: string) => this.note(text) };
    const opened = await openSource({
      flags,
      environment: process.env,
      events,
      signal: interrupt.signal,
      hosts: this.needsHosts,
      whole: this.needsWholeRows,
    });
    const close = (): void => {
      interrupt.abort();
      opened.close();
    };
    const calledOff = onInterrupt(close);
    try {
      return await job(opened);
    } catch (error) {
      // What was under way was ended by the user, who does not need to be told; the process ends in a moment.
      if (interrupt.signal.aborted) return await new Promise<never>(() => undefined);
      throw error;
    } finally {
      this.#tellCost(opened);
      calledOff();
      opened.close();
    }
  }

  #tellCost(opened: OpenedWorld): void {
    for (const { zone, database, rows, bytes, roundTrips } of opened.readings()) {
      this.note(`${database} database of zone ${zone}: ${rows} rows, ${bytes} bytes, ${roundTrips} round trips`);
    }
  }
}
