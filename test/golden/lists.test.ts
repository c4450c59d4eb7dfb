import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { listFlows } from '../../src/usecase/inspect/list-flows.js';
import { limitedTo } from '../../src/usecase/limited-world.js';
import { listRows } from '../../src/usecase/inspect/list-rows.js';
import { showRow } from '../../src/usecase/inspect/show-row.js';
import { PLAIN } from '../../src/view/color.js';
import { renderDetails } from '../../src/view/inspect/render-details.js';
import { renderFlows } from '../../src/view/inspect/render-flows.js';
import { renderRows } from '../../src/view/inspect/render-rows.js';
import type { World } from '../../src/world/world.js';
import { repository } from '../support/run-cli.js';

const plain = { palette: PLAIN, headers: true };
const node = 'ovn-worker';

let world: Promise<World> | undefined;
const recorded = (): Promise<World> => (world ??= openWorld(join(repository, 'examples/ic-dualstack')));

describe('lists of the recorded cluster', () => {
  it.each(['switch', 'router', 'acl', 'lb', 'nat', 'router policy', 'chassis'])('%s', async (kind) => {
    const text = await renderRows(await listRows(await limitedTo(await recorded(), [], [node]), kind), plain);
    await expect(text).toMatchFileSnapshot(`ic-dualstack/list-${kind.replace(' ', '-')}.txt`);
  });

  it('with everything about a load balancer', async () => {
    const list = await listRows(await recorded(), 'lb', { object: 'shop/web-svc' });
    await expect(await renderRows(list, plain, true)).toMatchFileSnapshot('ic-dualstack/list-lb-wide.txt');
  });

  it('details of a router', async () => {
    const text = await renderDetails(await showRow(await recorded(), 'router', 'GR_ovn-worker'), plain);
    await expect(text).toMatchFileSnapshot('ic-dualstack/show-router.txt');
  });

  it('flows of a stage', async () => {
    const list = await listFlows(await recorded(), 'ovn-worker', { stage: 'ls_out_acl_eval' });
    await expect(await renderFlows(list, plain)).toMatchFileSnapshot('ic-dualstack/list-flows.txt');
  });
});
