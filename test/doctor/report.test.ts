import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../../src/doctor/analyzer.js';
import { defineFinding, findingKey, found } from '../../src/doctor/finding.js';
import { examine } from '../../src/doctor/run.js';
import { atLeast, doctorVerdict, planDoctor, runDoctor } from '../../src/usecase/doctor.js';
import type { DoctorQuestion } from '../../src/usecase/doctor.js';
import { PLAIN } from '../../src/view/color.js';
import { renderReport } from '../../src/view/doctor/render-report.js';
import { renderReportJunit } from '../../src/view/doctor/report-junit.js';
import { repository, runCli } from '../support/run-cli.js';
import { FAULTS } from './faults.js';
import { changeGateway, smallCluster, uuids } from './small-cluster.js';
import type { SmallCluster } from './small-cluster.js';

const question: DoctorQuestion = { areas: [], only: [], skip: [], suppress: [] };

/** IPv6 leaves through another interface: the host's fault, and all that follows from it. */
function withoutIpv6(cluster: SmallCluster): void {
  FAULTS.find(({ name }) => name === 'IPv6 leaves elsewhere')!.change(cluster);
  FAULTS.find(({ name }) => name === 'two interfaces, unquoted')!.change(cluster);
  changeGateway(cluster, 'a', { 'next-hops': ['172.18.0.1'] });
  cluster.zones['a']!.nb['Logical_Router']!['lr-gateway']!['static_routes'] = uuids('route-4');
}

describe('causes and effects', () => {
  it('one fault of a host explains what ovnkube says, the annotation and the router', async () => {
    const { report } = await runDoctor(smallCluster(withoutIpv6), planDoctor({ ...question, areas: ['gateway'] }));
    expect(report.findings.map((finding) => [findingKey(finding), finding.explainedBy])).toEqual([
      ['OVN3001=Node/a', 'OVN3004=Node/a'],
      ['OVN3004=Node/a', undefined],
      ['OVN3012=Node/a', 'OVN3004=Node/a'],
      ['OVN3015=Node/a', 'OVN3012=Node/a'],
    ]);
    const text = renderReport(report, { show: 'info', wide: false }, { palette: PLAIN, headers: true });
    expect(text.match(/follows from OVN3004=Node\/a/g)).toHaveLength(2);
    expect(text).toMatch(/× 4 errors \(\d+ checks/);
    expect(renderReport(report, { show: 'info', wide: true }, { palette: PLAIN, headers: true, width: 60 })).toContain(
      'OVN3015 Node/a follows from OVN3012=Node/a',
    );
  });
});

describe('causes and effects of what is on no node', () => {
  it('are of the same object', async () => {
    const change = (cluster: SmallCluster): void => {
      FAULTS.find(({ name }) => name === 'a network in the subnet of pods')!.change(cluster);
      const [network] = cluster.more.userdefinednetworks!;
      network!['status'] = {
        conditions: [{ type: 'NetworkCreated', status: 'False', reason: 'SyncError', message: 'overlap' }],
      };
      cluster.more['network-attachment-definitions'] = [];
      cluster.objects.namespaces.splice(0, 1, { metadata: { name: 'shop' } });
    };
    const { report } = await runDoctor(smallCluster(change), planDoctor({ ...question, areas: ['network'] }));
    expect(report.findings.map((finding) => [findingKey(finding), finding.explainedBy])).toEqual([
      ['OVN9010=UserDefinedNetwork/shop/blue', undefined],
      ['OVN9020=UserDefinedNetwork/shop/blue', 'OVN9010=UserDefinedNetwork/shop/blue'],
      ['OVN9021=UserDefinedNetwork/shop/blue', 'OVN9020=UserDefinedNetwork/shop/blue'],
      ['OVN9022=Namespace/shop', undefined],
    ]);
  });
});

describe('the verdict', () => {
  const run = async (change?: (cluster: SmallCluster) => void, more: Partial<DoctorQuestion> = {}) =>
    (await runDoctor(smallCluster(change), planDoctor({ ...question, ...more }))).report;

  it('clean, found, and below the threshold', async () => {
    expect(doctorVerdict(await run(), 'info')).toBe('done');
    const warned = await run(FAULTS.find(({ name }) => name === 'two IPv4 default routes')!.change);
    expect(warned.summary.findings).toEqual({ error: 0, warning: 1, info: 0 });
    expect(doctorVerdict(warned, 'error')).toBe('done');
    expect(doctorVerdict(warned, 'warning')).toBe('negative');
    expect(doctorVerdict(warned, 'never')).toBe('done');
    expect(atLeast(warned, 'error').findings).toEqual([]);
  });

  it('is incomplete when something could not be read, unless something was found', async () => {
    const missing = FAULTS.find(({ name }) => name === 'routes not recorded')!.change;
    expect(doctorVerdict(await run(missing), 'error')).toBe('incomplete');
    expect(doctorVerdict(await run(missing), 'never')).toBe('done');
    const both = await run((cluster) => {
      missing(cluster);
      changeGateway(cluster, 'b', { 'next-hops': [] });
    });
    expect(doctorVerdict(both, 'error')).toBe('negative');
  });

  it('passes over what is suppressed or was there before, and counts it', async () => {
    const fault = FAULTS.find(({ name }) => name === 'no IPv6 default route')!.change;
    const plain = await run(fault, { only: ['OVN3005'] });
    expect(plain.findings.map(findingKey)).toEqual(['OVN3005=Node/a']);
    const suppressed = await run(fault, { only: ['OVN3005'], suppress: ['OVN3005=node/*'] });
    expect(suppressed.summary).toMatchObject({ clean: 1, suppressed: 1, findings: { error: 0 } });
    expect(suppressed.findings).toEqual([]);
    const other = await run(fault, { only: ['OVN3005'], suppress: ['OVN3005=Node/b'] });
    expect(other.findings).toHaveLength(1);
    const text = JSON.stringify({ kind: 'DoctorReport', data: plain });
    const known = await run(fault, { only: ['OVN3005'], baseline: { file: 'known.json', text } });
    expect(known.summary.suppressed).toBe(1);
    const names = await run(fault, {
      only: ['OVN3005'],
      baseline: { file: 'known', text: '# known\nOVN3005=Node/a\n' },
    });
    expect(names.summary.suppressed).toBe(1);
  });
});

describe('words that name nothing', () => {
  it.each([
    [{ areas: ['gatway'] }, 'there is no area "gatway"', 'did you mean gateway?'],
    [{ only: ['OVN3O05'] }, 'there is no check, code or area "OVN3O05"', 'did you mean OVN3005?'],
    [{ skip: ['gateway/routes'] }, 'there is no check, code or area "gateway/routes"', 'did you mean gateway/router?'],
    [{ areas: ['ovn3001'] }, '"ovn3001" is not an area', '--only OVN3001'],
    [{ only: ['nodes/mtu'], skip: ['nodes'] }, 'no check is left to run', 'doctor list'],
    [{ areas: ['services'], pre: 'dual-stack' as const }, 'no check is left to run', 'gateway/before-dual-stack'],
    [{ suppress: ['OVN3005'] }, '"OVN3005" is not a suppression', 'it looks like'],
    [{ suppress: ['OVN9999=Node/a'] }, 'there is no code "OVN9999"', 'see "ovnctl doctor list"'],
    [{ baseline: { file: 'f', text: '{"kind":"Other"}' } }, "f can't be used as a baseline", 'ovnctl doctor -o json'],
    [{ baseline: { file: 'f', text: 'nonsense' } }, '"nonsense" names no finding', 'ovnctl doctor -o name'],
  ])('%j', (more, message, hint) => {
    let error: unknown;
    try {
      planDoctor({ ...question, ...more });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'UsageError' });
    expect((error as Error).message).toContain(message);
    expect((error as { hints: readonly string[] }).hints.join('\n')).toContain(hint);
  });
});

describe('an analyzer that breaks', () => {
  const definition = defineFinding<null>({
    code: 'OVN0999',
    level: 'info',
    title: 't',
    text: () => 'm',
    remedy: () => [],
  });
  const broken = (analyze: Analyzer['analyze']): Analyzer => ({
    id: 'network/broken',
    area: 'network',
    title: 'x',
    inputs: [],
    finds: [],
    analyze,
  });

  it('fails alone, as one that reports what it does not declare', async () => {
    const { runs } = await examine(smallCluster(), [
      broken(() => Promise.reject(new TypeError('oops'))),
      broken(() =>
        Promise.resolve([
          found(definition, null, {
            object: { kind: 'Node', name: 'a' },
            evidence: [{ source: 's', ref: 'r', excerpt: 'e' }],
          }),
        ]),
      ),
      broken(() => Promise.resolve([])),
    ]);
    expect(runs.map(({ outcome }) => outcome.kind)).toEqual(['failed', 'failed', 'clean']);
  });

  it('does not take a skip for an answer when something could not be read', async () => {
    const { runs } = await examine(smallCluster(), [
      broken((sight) => {
        sight.miss({ code: 'x', subject: 's', reason: 'r' });
        return Promise.resolve({ skipped: 'nothing there' });
      }),
    ]);
    expect(runs[0]!.outcome.kind).toBe('inconclusive');
  });
});

describe('the report for machines', () => {
  it('junit: findings that fail, others as output, gaps as errors', async () => {
    const { report } = await runDoctor(
      smallCluster((cluster) => {
        withoutIpv6(cluster);
        const { 'hosts/b/routes4.json': gone, ...texts } = cluster.texts;
        expect(gone).toBeDefined();
        cluster.texts = texts;
      }),
      planDoctor({ ...question, areas: ['gateway'] }),
    );
    const xml = renderReportJunit(report, ({ level }) => level === 'error');
    expect(xml).toContain('<testcase classname="gateway" name="OVN3004 Node/a">');
    expect(xml).toContain('<failure message="The default route of a family is on another interface');
    expect(xml).toContain('message="not everything could be read"');
  });
});

describe('the command', () => {
  it('tells both documented faults from logs alone', async () => {
    const { stdout, code, stderr } = await runCli(['doctor', 'gateway', '--from', 'test/doctor/logs', '-o', 'name']);
    expect({ stdout, code, stderr }).toEqual({
      stdout: 'OVN3001=Log/test/doctor/logs/multiple-interfaces.log\nOVN3002=Log/test/doctor/logs/missing-family.log\n',
      code: 1,
      stderr: '',
    });
  });

  it.each([
    ['multiple-interfaces.log', 'OVN3001'],
    ['missing-family.log', 'OVN3002'],
  ])('tells the fault of %s alone, by file and on standard input', async (name, code) => {
    const file = join(repository, 'test/doctor/logs', name);
    expect((await runCli(['doctor', '--only', 'gateway', '--from', file, '-o', 'name'])).stdout).toContain(
      `${code}=Log/`,
    );
    const piped = spawnSync(process.execPath, ['bin/run.js', 'doctor', 'gateway', '--from', '-', '-o', 'name'], {
      cwd: repository,
      input: readFileSync(file),
      encoding: 'utf8',
    });
    expect([piped.stdout, piped.status]).toEqual([`${code}=Log/standard input\n`, 1]);
  });

  it('answers with the same exit code in every format', async () => {
    for (const format of ['table', 'wide', 'json', 'yaml', 'name', 'junit']) {
      const { code } = await runCli(['doctor', 'gateway', '--from', 'test/doctor/logs', '-o', format]);
      expect([format, code]).toEqual([format, 1]);
    }
  });

  it('prints the page of a code', async () => {
    const { stdout, code } = await runCli(['explain', 'ovn3001']);
    expect(stdout).toBe(readFileSync(join(repository, 'docs/findings/OVN3001.md'), 'utf8'));
    expect(code).toBe(0);
    expect(await runCli(['explain', 'OVN0000'])).toMatchObject({ code: 7 });
    expect(await runCli(['explain', 'nonsense'])).toMatchObject({ code: 2 });
  });

  it('refuses a mistyped area before it reads anything', async () => {
    const { stderr, code } = await runCli(['doctor', 'gatewy', '--from', '/nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean gateway?');
  });

  it('does not take any text for a log', async () => {
    const { stderr, code } = await runCli(['doctor', 'gateway', '--from', 'package.json']);
    expect(code).toBe(65);
    expect(stderr).toContain('package.json');
  });
});
