/** Ports of services that OVN-Kubernetes could not open on nodes, from its events. */
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import { PORT_CLAIMED } from './node-port-findings.js';

export const servicesPortClaims: Analyzer = {
  id: 'services/port-claims',
  area: 'services',
  title: "nothing else listens on services' ports",
  inputs: ['kube.events', 'kube.services'],
  finds: [PORT_CLAIMED],
  analyze: async (sight) => {
    const services = (await sight.objects('services')).filter(
      ({ externalIPs, ports }) =>
        externalIPs.length > 0 || ports.some(({ nodePort }) => nodePort !== undefined && nodePort > 0),
    );
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (services.length === 0) return { skipped: 'no service has a node port or an external address' };
    const events = await sight.objects('events');
    return services.flatMap((service) => {
      const { namespace, name } = service.metadata;
      const [claim, ...more] = events.filter(
        ({ reason, involved }) =>
          reason === 'PortClaim' &&
          involved.kind === 'Service' &&
          involved.namespace === namespace &&
          involved.name === name,
      );
      if (claim === undefined) return [];
      const evidence = [claim, ...more].map((event) => fieldEvidence('Event', event, event.reason, event.message));
      const [first, ...others] = evidence;
      return first === undefined
        ? []
        : [
            found(
              PORT_CLAIMED,
              { namespace, service: name, message: claim.message },
              { object: { kind: 'Service', namespace, name }, evidence: [first, ...others] },
            ),
          ];
    });
  },
};
