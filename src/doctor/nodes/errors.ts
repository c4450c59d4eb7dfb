/** What OVN-Kubernetes says it could not do: events of failed objects, and certificates that nodes wait for. */
import type { CertificateRequest } from '../../kube/model/certificate-request.js';
import type { KubeEvent } from '../../kube/model/event.js';
import type { Pod } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { CERTIFICATE_NOT_ISSUED, NEVER_CONVERGES } from './workload-findings.js';

/** Reasons that ovnkube gives when an object could not be added, changed or removed. */
const FAILED =
  /^Error(?:Reconciling(?:Node|Pod)|AllocatingPod|AddingResource|UpdatingResource|DeletingResource|MismatchChassis)$/;
const NODE_USER = /^system:ovn-node:/;
const IPSEC_NAME = /^ipsec-csr-/;

export const nodesErrors: Analyzer = {
  id: 'nodes/errors',
  area: 'nodes',
  title: 'OVN-Kubernetes reports no failed object and waits for no certificate',
  inputs: ['kube.certificatesigningrequests', 'kube.events', 'kube.pods'],
  finds: [NEVER_CONVERGES, CERTIFICATE_NOT_ISSUED],
  analyze: async (sight) => {
    const events = (await sight.objects('events')).filter(
      ({ reason, type }) => type !== 'Normal' && FAILED.test(reason),
    );
    const requests = await sight.objects('certificatesigningrequests');
    const pods = await sight.objects('pods');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const arePodsKnown = sight.isWhole('pods');
    /** The last of each object and reason. */
    const last = new Map<string, KubeEvent>();
    for (const event of events) {
      const { kind, namespace, name } = event.involved;
      if (kind === 'Pod' && arePodsKnown && isSettled(pods, namespace, name)) continue;
      const key = [kind, namespace, name, event.reason].join('\n');
      const known = last.get(key);
      if (known === undefined || known.last < event.last) last.set(key, event);
    }
    return [...[...last.values()].map(failure), ...requests.flatMap(request)];
  },
};

/** A pod that is gone, or that has got its network after all: the event is of before. */
function isSettled(pods: readonly Pod[], namespace: string, name: string): boolean {
  const pod = pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  return pod === undefined || (pod.phase === 'Running' && pod.podIPs.length > 0);
}

function failure(event: KubeEvent): Finding {
  const { involved, reason, message, count, component, last } = event;
  const { kind, namespace, name } = involved;
  const shown = namespace === '' ? name : `${namespace}/${name}`;
  const excerpt = `${last === '' ? '' : `${last} `}${reason} (${String(count)}×): ${message}`;
  return found(
    NEVER_CONVERGES,
    { kind, name: shown, reason, message, count, component },
    {
      object: { kind, ...(namespace === '' ? {} : { namespace }), name },
      evidence: [fieldEvidence('Event', event, 'message', excerpt)],
    },
  );
}

function request(csr: CertificateRequest): readonly Finding[] {
  const name = csr.metadata.name;
  const purpose = NODE_USER.test(csr.user)
    ? ('node' as const)
    : IPSEC_NAME.test(name) || csr.usages.includes('ipsec tunnel')
      ? ('ipsec' as const)
      : undefined;
  if (purpose === undefined || csr.issued) return [];
  const bad = csr.conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
  const approved = csr.conditions.some(({ type }) => type === 'Approved');
  const state = bad === undefined ? (approved ? 'approved, but not signed' : 'pending') : bad.type.toLowerCase();
  const message = bad?.message ?? '';
  const conditions = csr.conditions.map(({ type, reason }) => `${type} (${reason})`).join(', ');
  return [
    found(
      CERTIFICATE_NOT_ISSUED,
      { name, user: csr.user, state, message, purpose },
      {
        object: { kind: 'CertificateSigningRequest', name },
        evidence: [
          fieldEvidence(
            'CertificateSigningRequest',
            csr,
            'status.conditions',
            conditions || 'none: nobody has decided',
          ),
        ],
      },
    ),
  ];
}
