import { describe, expect, it } from 'vitest';
import { southboundFromRows } from '../support/ovn-trace.js';
import { sameChoices, scriptedTrace } from '../support/scripted-trace.js';
import { corpus } from './corpus.js';

describe('differences that were found once', () => {
  it.each(corpus().map((each) => [each.name, each] as const))('%s', (_, { southbound, expect: lines, ...call }) => {
    const view = southboundFromRows(southbound);
    const theirs = lines?.join('\n') ?? '';
    // Where ovn-trace picked by chance, the same picks.
    const ours = sameChoices(view, call, theirs) ?? scriptedTrace(view, call);
    expect(ours.text.split('\n')).toEqual(lines);
  });
});
