import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NotFoundError } from '../../src/base/errors.js';
import { openWorld } from '../../src/connect/open-world.js';
import { explainSchema } from '../../src/usecase/explain-schema.js';
import { explainStage, isStageName } from '../../src/usecase/explain-stage.js';
import { repository } from '../support/run-cli.js';

const recorded = openWorld(join(repository, 'examples/ic-dualstack'));

it('every stage of the recorded cluster is explained', async () => {
  const stages = new Set<string>();
  for (const zone of (await recorded).zones) {
    for (const row of (await zone.southbound()).database.table('Logical_Flow').rows())
      stages.add(row.map('external_ids').get('stage-name') ?? '');
  }
  expect(stages.size).toBeGreaterThan(70);
  for (const stage of stages) {
    expect(isStageName(stage)).toBe(true);
    expect(explainStage(stage).text).toMatch(/^[A-Z].*\.$/);
  }
});

it('a stage that nobody knows has a nearest one', () => {
  expect(() => explainStage('ls_in_acl_evl')).toThrow(NotFoundError);
  expect(explainStage('lr_out_snat')).toMatchObject({ datapath: 'router', pipeline: 'egress' });
});

it('tables and columns are told by the schema', async () => {
  const acl = await explainSchema(await recorded, 'acl');
  expect(acl.table).toMatchObject({
    database: 'OVN_Northbound',
    isRoot: false,
    referredToBy: ['Logical_Switch.acls', 'Port_Group.acls'],
    listedBy: ['acl list'],
  });
  expect(acl.columns.find(({ column }) => column === 'match')?.type).toBe('string');
  const ports = await explainSchema(await recorded, 'Logical_Switch.ports');
  expect(ports.columns.map(({ type }) => type)).toEqual(['set of reference to Logical_Switch_Port']);
  const error: unknown = await explainSchema(await recorded, 'Logical_Swich').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ hints: ['did you mean "Logical_Switch"?'] });
});
