import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearest } from '../../src/cli/nearest.js';

const COMMANDS = ['trace pod-to-pod', 'trace pod-to-service', 'trace packet', 'doctor'];

it.each([
  ['trace pod-to-servce', ['trace pod-to-service']],
  ['docter', ['doctor']],
  ['trace pack', ['trace packet']],
  ['completely different', []],
])('%s could mean %j', (word, expected) => {
  expect(nearest(word, COMMANDS)).toEqual(expected);
});

it('finds a word with one letter missing, first', () => {
  fc.assert(
    fc.property(fc.constantFrom(...COMMANDS), fc.nat(), (word, at) => {
      const cut = at % word.length;
      return nearest(word.slice(0, cut) + word.slice(cut + 1), COMMANDS)[0] === word;
    }),
  );
});
