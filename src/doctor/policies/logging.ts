/**
 * Logging of policies: what namespaces and admin policies ask for, against `log`, `severity` and `meter` of the ACLs and the
 * rate of the meter they share.
 */
import { Fields } from '../../kube/model/fields.js';
import type { KubeObject } from '../../kube/model/object-meta.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Configuration } from '../../world/hosts.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import {
  LOGGING_DIFFERS,
  LOGGING_OF_NOTHING,
  LOGGING_RATE_DIFFERS,
  LOGGING_UNREADABLE,
  LOGGING_WITHOUT_METER,
  SEVERITY_UNKNOWN,
} from './logging-findings.js';
import { policyZones } from './policy-zone.js';
import type { PolicyGroup, PolicyZone } from './policy-zone.js';

const ANNOTATION = 'k8s.ovn.org/acl-logging';
const METER = 'acl-logging';
const SEVERITIES = ['alert', 'warning', 'notice', 'info', 'debug'];

export const policiesLogging: Analyzer = {
  id: 'policies/logging',
  area: 'policies',
  title: 'policies are logged as their annotations ask',
  inputs: [
    'hosts.configuration',
    'kube.adminnetworkpolicies',
    'kube.baselineadminnetworkpolicies',
    'kube.egressfirewalls',
    'kube.namespaces',
    'kube.networkpolicies',
    'nb.ACL',
    'nb.Logical_Switch',
    'nb.Meter',
    'nb.Meter_Band',
    'nb.Port_Group',
  ],
  finds: [
    LOGGING_UNREADABLE,
    SEVERITY_UNKNOWN,
    LOGGING_DIFFERS,
    LOGGING_WITHOUT_METER,
    LOGGING_RATE_DIFFERS,
    LOGGING_OF_NOTHING,
  ],
  analyze: async (sight) => {
    const namespaces = await sight.objects('namespaces');
    const anps = await sight.objects('adminnetworkpolicies');
    const banps = await sight.objects('baselineadminnetworkpolicies');
    const governed = [...(await sight.objects('networkpolicies')), ...(await sight.objects('egressfirewalls'))];
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const asked = [
      ...namespaces.map((object) => new Asked('Namespace', object)),
      ...anps.map((object) => new Asked('AdminNetworkPolicy', object)),
      ...banps.map((object) => new Asked('BaselineAdminNetworkPolicy', object)),
    ];
    const findings = asked.flatMap((each) => each.faults());
    if (sight.isWhole('networkpolicies') && sight.isWhole('egressfirewalls')) {
      for (const namespace of namespaces) {
        const { name, annotations } = namespace.metadata;
        if (!annotations.has(ANNOTATION) || governed.some(({ metadata }) => metadata.namespace === name)) continue;
        const evidence = [annotationEvidence('Namespace', namespace, ANNOTATION)] as const;
        findings.push(
          found(LOGGING_OF_NOTHING, { namespace: name }, { object: { kind: 'Namespace', name }, evidence }),
        );
      }
    }
    const configured = configuredRate((await sight.configuration()) ?? []);
    const byName = new Map(asked.map((each) => [`${each.kind} ${each.object.metadata.name}`, each]));
    for (const zone of await policyZones(sight)) {
      findings.push(...rulesOf(zone, byName), ...rateOf(zone, configured));
    }
    return findings;
  },
};

/** What one object asks to be logged. */
class Asked {
  readonly kind: string;
  readonly object: KubeObject;
  readonly #levels: ReadonlyMap<string, string>;
  readonly #fault: string | undefined;

  constructor(kind: string, object: KubeObject) {
    this.kind = kind;
    this.object = object;
    const read = readLevels(object.metadata.annotations.get(ANNOTATION));
    this.#levels = typeof read === 'string' ? new Map() : read;
    this.#fault = typeof read === 'string' ? read : undefined;
  }

  get name() {
    return { kind: this.kind, name: this.object.metadata.name };
  }

  get evidence(): Evidence {
    return annotationEvidence(this.kind, this.object, ANNOTATION);
  }

  /** The severity that an action is to be logged with, undefined for none. */
  severityOf(action: string): string | undefined {
    const key = action === 'drop' || action === 'reject' ? 'deny' : action === 'pass' ? 'pass' : 'allow';
    const level = this.#levels.get(key);
    return level !== undefined && SEVERITIES.includes(level) ? level : undefined;
  }

  faults(): Finding[] {
    const place = { object: this.name, evidence: [this.evidence] as const };
    if (this.#fault !== undefined) return [found(LOGGING_UNREADABLE, { object: this.name, why: this.#fault }, place)];
    return [...this.#levels]
      .filter(([, severity]) => severity !== '' && !SEVERITIES.includes(severity))
      .map(([key, severity]) => found(SEVERITY_UNKNOWN, { object: this.name, key, severity }, place));
  }
}

/** Severities by key; a text that says what is wrong with them. */
function readLevels(text: string | undefined): ReadonlyMap<string, string> | string {
  if (text === undefined || text === '' || text === '{}') return new Map();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const fields = Fields.of({ levels: json });
  const levels = fields.textMap('levels');
  return fields.misfit === undefined ? levels : 'is not a JSON object of strings';
}

/** The object whose annotation governs a group's rules, by kind and name. */
function governorOf(zone: PolicyZone, { type, name, network }: PolicyGroup): string | undefined {
  switch (type) {
    case 'NetworkPolicy':
    case 'NetpolNamespace':
      return zone.isPrimary(network) ? `Namespace ${name.split(':')[0] ?? ''}` : undefined;
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return network === DEFAULT_NETWORK ? `${type} ${name}` : undefined;
    // Of the rules on a namespace's group only those of its egress firewall are logged.
    case 'Namespace':
      return network === DEFAULT_NETWORK ? `Namespace ${name}` : undefined;
    default:
      return undefined;
  }
}

function isLoggable(group: PolicyGroup, row: Row): boolean {
  const ids = row.map('external_ids');
  if (group.type === 'Namespace') return ids.get('k8s.ovn.org/owner-type') === 'EgressFirewall';
  return ids.get('type') !== 'arpAllow';
}

function rulesOf(zone: PolicyZone, asked: ReadonlyMap<string, Asked>): readonly Finding[] {
  const findings: Finding[] = [];
  for (const group of zone.groups) {
    const governor = governorOf(zone, group);
    const by = governor === undefined ? undefined : asked.get(governor);
    if (by === undefined) continue;
    for (const row of zone.rulesOf(group.row).filter((each) => isLoggable(group, each))) {
      const wanted = by.severityOf(row.string('action'));
      const has = row.boolean('log') ? (row.optionalString('severity') ?? 'info') : undefined;
      const acl = row.string('name') || row.uuid.slice(0, 8);
      const evidence = [
        rowEvidence(zone.zone, 'northbound', row, ['name', 'action', 'log', 'severity', 'meter', 'external_ids']),
        by.evidence,
      ] as const;
      const place = { object: by.name, zone: zone.zone, evidence };
      if (wanted !== has) {
        const args = { object: by.name, zone: zone.zone, acl, wanted: wanted ?? 'nothing', has: has ?? 'nothing' };
        findings.push(found(LOGGING_DIFFERS, args, place));
      }
      const meter = row.optionalString('meter') ?? '';
      if (has !== undefined && meter !== METER)
        findings.push(found(LOGGING_WITHOUT_METER, { zone: zone.zone, acl, meter }, place));
    }
  }
  return findings;
}

interface ConfiguredRate {
  readonly rate: number;
  readonly evidence: Evidence;
}

/** `--acl-logging-rate-limit`, on a command line or in ovnkube.conf. */
function configuredRate(maps: readonly Configuration[]): ConfiguredRate | undefined {
  for (const { name, data } of maps) {
    for (const text of data.values()) {
      const match = /^[^#;\n]*acl-logging-rate-limit["']?[ =]+["']?(\d+)/m.exec(text);
      if (match?.[1] === undefined) continue;
      const evidence = { source: `ConfigMap ${name}`, ref: 'acl-logging-rate-limit', excerpt: match[0].trim() };
      return { rate: Number(match[1]), evidence };
    }
  }
  return undefined;
}

function rateOf(zone: PolicyZone, configured: ConfiguredRate | undefined): readonly Finding[] {
  const { database } = zone.northbound;
  const [meter] = database.table('Meter').find('name', METER);
  const [uuid] = meter?.refs('bands') ?? [];
  const band = uuid === undefined ? undefined : database.table('Meter_Band').get(uuid);
  if (meter === undefined || band === undefined || configured === undefined) return [];
  const rate = band.integer('rate');
  if (rate === configured.rate) return [];
  const evidence = [
    rowEvidence(zone.zone, 'northbound', meter, ['name', 'unit', 'bands']),
    rowEvidence(zone.zone, 'northbound', band, ['action', 'rate']),
    configured.evidence,
  ] as const;
  const args = { zone: zone.zone, rate, configured: configured.rate };
  return [found(LOGGING_RATE_DIFFERS, args, { object: { kind: 'Meter', name: METER }, zone: zone.zone, evidence })];
}
