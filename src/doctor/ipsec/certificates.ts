/** The certificates that nodes show each other: valid, for a while yet, and made out to the name the others expect. */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Analyzer } from '../analyzer.js';
import { memberEvidence, textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { nodeNames } from '../nodes/node-names.js';
import type { Sight } from '../sight.js';
import { CERTIFICATE_EXPIRED, CERTIFICATE_EXPIRES, CERTIFICATE_OF_ANOTHER } from './ipsec-findings.js';
import { IPSEC_OFF, ipsecZones } from './ipsec-zones.js';

const DAY = 86_400;
const SOON_DAYS = 30;

export const ipsecCertificates: Analyzer = {
  id: 'ipsec/certificates',
  area: 'ipsec',
  title: 'the IPsec certificate of every node is valid and made out to the node',
  inputs: ['hosts.ipsec-certificate', 'kube.nodes', 'nb.NB_Global', 'ovs.Open_vSwitch'],
  finds: [CERTIFICATE_EXPIRED, CERTIFICATE_EXPIRES, CERTIFICATE_OF_ANOTHER],
  analyze: async (sight) => {
    const zones = await ipsecZones(sight);
    if (!zones.some(({ on }) => on)) return IPSEC_OFF;
    // The clock of the cluster: what is looked at may have been recorded long ago.
    const beats = zones.flatMap(({ beat }) => beat ?? []);
    const now = beats.length === 0 ? undefined : Math.max(...beats);
    if (now === undefined) {
      const reason = 'no northbound database has a time in it (options:e2e_timestamp)';
      sight.miss({ code: 'ipsec.no-time', subject: 'the time at which the cluster was looked at', reason });
    }
    const findings: Finding[] = [];
    for (const node of await nodeNames(sight)) findings.push(...(await certificateOf(sight, node, now)));
    return findings;
  },
};

async function certificateOf(sight: Sight, node: string, now: number | undefined): Promise<readonly Finding[]> {
  const text = await sight.hostText(node, 'ipsec-certificate');
  if (text === undefined) return [];
  const read = parseCertificate(text.text);
  if (!read.ok) {
    sight.miss({ code: 'host.format', subject: text.from, reason: read.error });
    return [];
  }
  const { name, from, until, fromText, untilText } = read.value;
  const place = { object: { kind: 'Node', name: node }, node };
  const findings: Finding[] = [];
  const evidence = [textEvidence(text, 'validity', `notBefore=${fromText} notAfter=${untilText}`)] as const;
  if (now !== undefined && now >= until) {
    findings.push(found(CERTIFICATE_EXPIRED, { node, what: 'expired on', when: untilText }, { ...place, evidence }));
  } else if (now !== undefined && now < from) {
    const args = { node, what: 'is not valid before', when: fromText };
    findings.push(found(CERTIFICATE_EXPIRED, args, { ...place, evidence }));
  } else if (now !== undefined && until - now < SOON_DAYS * DAY) {
    const days = Math.ceil((until - now) / DAY);
    findings.push(found(CERTIFICATE_EXPIRES, { node, days, when: untilText }, { ...place, evidence }));
  }
  const vswitch = await sight.zones.find((zone) => zone.name === node)?.openVSwitch();
  const settings = [...(vswitch?.table('Open_vSwitch').rows() ?? [])][0];
  const chassis = settings?.map('external_ids').get('system-id');
  if (settings !== undefined && chassis !== undefined && name !== chassis) {
    const both = [
      textEvidence(text, 'subject', name),
      memberEvidence(node, 'Open vSwitch', settings, 'external_ids', ['system-id']),
    ] as const;
    findings.push(found(CERTIFICATE_OF_ANOTHER, { node, name, chassis }, { ...place, evidence: both }));
  }
  return findings;
}

interface Certificate {
  /** CN of the subject. */
  readonly name: string;
  /** Seconds since the Unix epoch. */
  readonly from: number;
  readonly until: number;
  readonly fromText: string;
  readonly untilText: string;
}

/** As openssl-x509(1) prints with -subject, -startdate and -enddate. */
function parseCertificate(text: string): Result<Certificate, string> {
  const of = (key: string): string => new RegExp(`^${key}= ?(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const name = /(?:^|[,/]\s*)CN ?= ?([^,/]+)/.exec(of('subject'))?.[1]?.trim();
  const [fromText, untilText] = [of('notBefore'), of('notAfter')];
  const [from, until] = [secondsOf(fromText), secondsOf(untilText)];
  if (name === undefined || from === undefined || until === undefined) return err('it is not what openssl prints');
  return ok({ name, from, until, fromText, untilText });
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov  3 05:42:50 2026 GMT`. */
function secondsOf(text: string): number | undefined {
  const [, month = '', day, hour, minute, second, year] =
    /^(\w{3}) +(\d+) (\d+):(\d+):(\d+) (\d{4}) GMT$/.exec(text) ?? [];
  const at = MONTHS.indexOf(month);
  if (at < 0) return undefined;
  return Date.UTC(Number(year), at, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
}
