import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Analyzer } from '../../src/doctor/analyzer.js';
import { catalogue, RETIRED } from '../../src/doctor/catalogue.js';
import { findingKey } from '../../src/doctor/finding.js';
import { AREAS } from '../../src/doctor/inputs.js';
import { ANALYZERS, BEFORE_DUAL_STACK } from '../../src/doctor/registry.js';
import { examine } from '../../src/doctor/run.js';
import { explained } from '../../src/usecase/doctor-catalogue.js';
import { repository } from '../support/run-cli.js';
import { FAULTS } from './faults.js';
import type { Fault } from './faults.js';
import { smallCluster } from './small-cluster.js';

const all: readonly Analyzer[] = [...new Set([...ANALYZERS, ...BEFORE_DUAL_STACK])];
const analyzer = (id: string): Analyzer => {
  const wanted = all.find((each) => each.id === id);
  if (wanted === undefined) throw new Error(`no analyzer ${id}`);
  return wanted;
};

async function outcomeOf({ analyzer: id, change }: Fault) {
  const { runs, findings } = await examine(smallCluster(change), [analyzer(id)]);
  return { run: runs[0]!, findings };
}

describe.each(all.map(({ id }) => id))('%s', (id) => {
  const faults = FAULTS.filter((fault) => fault.analyzer === id);

  it('finds nothing in the clean cluster', async () => {
    const { runs, findings } = await examine(smallCluster(), [analyzer(id)]);
    expect(findings).toEqual([]);
    expect(['clean', 'skipped']).toContain(runs[0]!.outcome.kind);
  });

  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    const { run, findings } = await outcomeOf(fault);
    expect(findings.map(findingKey).sort()).toEqual(fault.finds);
    expect(run.outcome.kind).toBe(fault.finds.length > 0 ? 'findings' : (fault.outcome ?? 'clean'));
    const text = findings
      .flatMap(({ message, evidence }) => [message, ...evidence.map(({ excerpt }) => excerpt)])
      .join('\n');
    for (const word of fault.says ?? []) {
      if (typeof word === 'string') expect(text).toContain(word);
      else expect(text).toMatch(word);
    }
    for (const { evidence, remedy } of findings) {
      expect(evidence.every(({ source, ref, excerpt }) => source !== '' && ref !== '' && excerpt !== '')).toBe(true);
      expect(remedy.length).toBeGreaterThan(0);
      for (const { manifest } of remedy) {
        if (manifest !== undefined)
          expect(parse(manifest)).toMatchObject({
            apiVersion: 'nmstate.io/v1',
            kind: 'NodeNetworkConfigurationPolicy',
          });
      }
    }
  });

  it('looks at what it declares and at nothing else', async () => {
    const touched = new Set((await examine(smallCluster(), [analyzer(id)])).runs[0]!.touched);
    for (const fault of faults) for (const input of (await outcomeOf(fault)).run.touched) touched.add(input);
    expect([...touched].sort()).toEqual([...analyzer(id).inputs].sort());
  });

  it('has a fault for everything it finds', () => {
    const found = new Set(faults.flatMap(({ finds }) => finds.map((key) => key.slice(0, key.indexOf('=')))));
    const declared = analyzer(id).finds.map(({ code }) => code);
    if (id !== 'gateway/before-dual-stack') expect([...found].sort()).toEqual([...declared].sort());
    else expect(declared).toEqual(analyzer('gateway/host-routes').finds.map(({ code }) => code));
  });
});

describe('the registry', () => {
  it('is sorted, with ids that are unique and begin with their area', () => {
    const ids = ANALYZERS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { id, area } of all) expect(id.split('/')[0]).toBe(area);
    for (const { area } of all) expect(AREAS).toContain(area);
  });

  it('declares inputs sorted, each once', () => {
    for (const { inputs } of all) expect([...inputs]).toEqual([...new Set(inputs)].sort());
  });

  it('gives every fault to an analyzer that exists', () => {
    expect(FAULTS.filter(({ analyzer: id }) => !all.some((each) => each.id === id))).toEqual([]);
  });
});

describe('the catalogue', () => {
  const entries = catalogue();
  const pages = join(repository, 'docs/findings');

  it('has one meaning for each code, and none that is retired', () => {
    const titles = new Map<string, string>();
    for (const { finds } of all) {
      for (const { code, title } of finds) {
        expect(titles.get(code) ?? title).toBe(title);
        titles.set(code, title);
      }
    }
    expect(entries.filter(({ code }) => RETIRED.includes(code))).toEqual([]);
    expect(new Set([...titles.values()]).size).toBe(titles.size);
  });

  it('has a page for every code, and no page is left over', () => {
    expect(readdirSync(pages).sort()).toEqual(entries.map(({ code }) => `${code}.md`));
  });

  it.each(entries.map((entry) => [entry.code, entry] as const))(
    '%s: the page says what the catalogue says',
    (code, entry) => {
      const page = readFileSync(join(pages, `${code}.md`), 'utf8');
      const [title, , facts] = page.split('\n');
      expect(title).toBe(`# ${code} · ${entry.title}`);
      expect(facts).toBe(`Level: ${entry.level}. Found by: ${entry.foundBy.map(({ id }) => `\`${id}\``).join(', ')}.`);
      const sections = page.match(/^## .*$/gm);
      expect(sections).toEqual(['## What it means', '## Why it happens', '## What to do', '## How it is found']);
      // Codes that a page refers to exist.
      for (const other of page.match(/OVN\d{4}/g) ?? []) expect(entries.map((each) => each.code)).toContain(other);
      expect(explained(code.toLowerCase())).toMatchObject({ code, title: entry.title });
    },
  );
});
