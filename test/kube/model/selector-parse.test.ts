import { expect, it } from 'vitest';
import { selects } from '../../../src/kube/model/selector.js';
import { parseLabelSelector } from '../../../src/kube/model/selector-parse.js';
import { labelSelectorText } from '../../../src/kube/model/selector-text.js';

const labels = new Map([
  ['app', 'web'],
  ['tier', 'front'],
  ['example.com/canary', 'true'],
]);

it.each([
  ['app=web', true],
  ['app==web', true],
  ['app = web', true],
  ['app=db', false],
  ['app!=db', true],
  ['app!=web', false],
  ['missing!=web', true],
  ['app=web,tier=front', true],
  ['app=web,tier=back', false],
  ['app in (db, web)', true],
  ['app in (db),tier=front', false],
  ['app notin (db,api)', true],
  ['example.com/canary', true],
  ['!example.com/canary', false],
  ['! absent', true],
  ['empty=', false],
])('%s', (text, selected) => {
  const selector = parseLabelSelector(text);
  expect(selector.ok && selects(selector.value, labels)).toBe(selected);
});

it.each([
  ['', ''],
  ['app=web,', ''],
  ['=web', '=web'],
  ['app=we b', 'app=we b'],
  ['app in ()x', 'app in ()x'],
  ['app in web', 'app in web'],
  ['app>1', 'app>1'],
])('"%s" is none because of "%s"', (text, culprit) => {
  expect(parseLabelSelector(text)).toEqual({ ok: false, error: culprit });
});

it('says the same in the words of the API', () => {
  const selector = parseLabelSelector('app=web,tier in (a, b),!canary');
  expect(selector.ok && labelSelectorText(selector.value)).toBe('app in (web),tier in (a,b),!canary');
});
