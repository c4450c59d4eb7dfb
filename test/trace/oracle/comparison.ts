import { Attributor } from '../../../src/trace/path/attribution.js';
import type { World } from '../../../src/world/world.js';
import { differences } from './facts.js';
import type { Difference } from './facts.js';
import { OurFacts } from './our-facts.js';
import { recordedFacts } from './recorded-facts.js';
import type { RecordedCase } from './recording.js';
import { backendOf, Replayer } from './replay.js';
import type { Replayed } from './replay.js';

export type Compare = (recorded: RecordedCase) => Promise<readonly Difference[]>;

/** Replays recorded cases and says in what they differ; `learns` as for {@link Replayer}. */
export async function comparison(
  world: World,
  cases: readonly RecordedCase[],
  options: { readonly learns: boolean },
): Promise<Compare> {
  const replayer = new Replayer(world, cases, options);
  const facts = await OurFacts.of(world, new Attributor(world, []));
  return async (recorded) => {
    const ours = await replayer.replay(recorded);
    // What follows a first packet was recorded for one of its backends.
    const wanted = recorded.state === 'new' ? recorded.branches.map(backendOf) : ours.map(({ backend }) => backend);
    const found = differences({ backends: list(ours.map(({ backend }) => backend)) }, { backends: list(wanted) });
    if (found.length > 0) return found;
    const all: Difference[] = [];
    for (const [index, branch] of recorded.branches.entries()) {
      const replayed = wayWith(ours, wanted[index]);
      all.push(...differences(await facts.of(replayed), recordedFacts(branch, recorded)));
    }
    return all;
  };
}

function list(backends: readonly (string | undefined)[]): string {
  return backends
    .map((backend) => backend ?? 'none')
    .sort()
    .join(' ');
}

function wayWith(ways: readonly Replayed[], backend: string | undefined): Replayed {
  const way = ways.find((each) => each.backend === backend);
  if (way === undefined) throw new Error(`no way to ${backend ?? 'no backend'}`);
  return way;
}
