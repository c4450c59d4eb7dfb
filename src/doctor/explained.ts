/**
 * Which findings follow from which: a person repairs the cause and the rest goes away, so the rest is shown below it.
 * Rules are data, the nearest cause first; a cause must be about the same node, or the same object where there is no node
 * (and about the same family, where both have one).
 */
import { findingKey, objectText } from './finding.js';
import type { Finding } from './finding.js';

interface Rule {
  readonly effect: string;
  readonly causes: readonly string[];
  /** The cause must be about the same object: a node has many of them. */
  readonly byObject?: true;
}

/** Faults of a host's routes. */
const ROUTES = ['OVN3004', 'OVN3005', 'OVN3006', 'OVN3008', 'OVN3009', 'OVN3010', 'OVN3018'];
/** Reasons that ovnkube does not start. */
const STARTUP = ['OVN3001', 'OVN3002', 'OVN3003', 'OVN3016'];

const RULES: readonly Rule[] = [
  { effect: 'OVN3001', causes: ['OVN3004'] },
  { effect: 'OVN3002', causes: ROUTES },
  { effect: 'OVN3003', causes: ['OVN3006', 'OVN3008', 'OVN3009', 'OVN3010'] },
  { effect: 'OVN3012', causes: [...ROUTES, ...STARTUP] },
  { effect: 'OVN3013', causes: STARTUP },
  { effect: 'OVN3014', causes: ['OVN3013', ...STARTUP] },
  { effect: 'OVN3015', causes: ['OVN3012', ...STARTUP] },
  { effect: 'OVN3017', causes: ROUTES },
  { effect: 'OVN2050', causes: ['OVN2051'] },
  { effect: 'OVN2052', causes: ['OVN2050', 'OVN2051'] },
  { effect: 'OVN3101', causes: [...STARTUP, 'OVN3150'] },
  // northd makes no binding for a port that is not there.
  { effect: 'OVN4007', causes: ['OVN4001'], byObject: true },
  { effect: 'OVN3161', causes: ['OVN2050', 'OVN2051', 'OVN3160'] },
  { effect: 'OVN8010', causes: ['OVN8002', 'OVN8020', 'OVN8022'] },
  { effect: 'OVN8011', causes: ['OVN8002', 'OVN8020', 'OVN8022'] },
  { effect: 'OVN8030', causes: ['OVN3150'] },
  { effect: 'OVN7001', causes: ['OVN7020', 'OVN7021', 'OVN7022', 'OVN7024'] },
  { effect: 'OVN7002', causes: ['OVN7020', 'OVN7021', 'OVN7022', 'OVN7024'] },
  { effect: 'OVN4004', causes: ['OVN4022'], byObject: true },
  { effect: 'OVN4020', causes: ['OVN4001', 'OVN4008'], byObject: true },
  { effect: 'OVN9020', causes: ['OVN9010'] },
  { effect: 'OVN9021', causes: ['OVN9020', 'OVN9010'] },
  { effect: 'OVN9511', causes: ['OVN9510', 'OVN9501'] },
];

/** The findings, each with the one it follows from if that is among them. Order is kept. */
export function explained(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => {
    const cause = causeOf(finding, findings);
    return cause === undefined ? finding : { ...finding, explainedBy: findingKey(cause) };
  });
}

function causeOf(effect: Finding, findings: readonly Finding[]): Finding | undefined {
  const rule = RULES.find((each) => each.effect === effect.code);
  for (const code of rule?.causes ?? []) {
    const cause = findings.find(
      (each) =>
        each.code === code &&
        (rule?.byObject === true ? objectText(each.object) === objectText(effect.object) : isAboutSame(each, effect)) &&
        (each.family === undefined || effect.family === undefined || each.family === effect.family),
    );
    if (cause !== undefined) return cause;
  }
  return undefined;
}

const isAboutSame = (a: Finding, b: Finding): boolean =>
  b.node === undefined ? objectText(a.object) === objectText(b.object) : a.node === b.node;
