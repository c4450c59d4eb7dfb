import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OvnctlError } from '../../src/base/errors.js';
import { hasOvsdbServer } from '../support/ovsdb-server.js';
import { startTwins } from '../support/northbound-twins.js';
import { COLUMN_CASES } from './cases/columns.js';
import { ROUTER_CASES } from './cases/routers.js';
import { RULE_CASES } from './cases/rules.js';
import { SERVICE_CASES } from './cases/services.js';
import { SWITCH_CASES } from './cases/switches.js';

/**
 * One operation by ovn-nbctl on one database and by ovnctl on its copy: both end in equal contents, or both refuse. Then
 * undone on the copy, which is as it was before.
 */
const GROUPS = {
  switches: SWITCH_CASES,
  routers: ROUTER_CASES,
  rules: RULE_CASES,
  services: SERVICE_CASES,
  columns: COLUMN_CASES,
};

describe.skipIf(!hasOvsdbServer()).each(Object.entries(GROUPS))('%s as ovn-nbctl changes them', (_, cases) => {
  let twins: Awaited<ReturnType<typeof startTwins>>;
  beforeAll(async () => {
    twins = await startTwins();
  });
  afterAll(async () => {
    await twins.stop();
  });

  test.each(cases)('$ovnctl', async ({ before = [], nbctl, ovnctl, refused, silent }) => {
    const { model, copy } = twins;
    for (const command of before) {
      for (const twin of [model, copy]) expect(await twin.nbctl(...command)).toBeUndefined();
    }
    const untouched = await copy.contents();
    expect(untouched).toEqual(await model.contents());
    const said = await model.nbctl(...nbctl);
    if (refused !== undefined) {
      expect(said === undefined).toBe(silent === true);
      const error: unknown = await copy.change(ovnctl).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OvnctlError);
      expect((error as OvnctlError).message).toMatch(refused);
      expect(await copy.contents()).toEqual(untouched);
      return;
    }
    expect(said).toBeUndefined();
    await copy.change(ovnctl);
    expect(await copy.contents()).toEqual(await model.contents());
    const changed = (await model.contents()).join('\n') !== untouched.join('\n');
    if (!changed) return;
    await copy.undo();
    expect(await copy.contents()).toEqual(untouched);
    expect(await copy.nbctl(...nbctl)).toBeUndefined();
  });
});
