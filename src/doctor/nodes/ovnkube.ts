/** Whether ovnkube runs on every node. */
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isOvnkube, isPartOf, ovnkubePods } from '../gateway/cluster.js';
import { NO_OVNKUBE, OVNKUBE_NOT_RUNNING } from './node-findings.js';

export const nodesOvnkube: Analyzer = {
  id: 'nodes/ovnkube',
  area: 'nodes',
  title: 'ovnkube runs on every node',
  inputs: ['kube.nodes', 'kube.pods'],
  finds: [OVNKUBE_NOT_RUNNING, NO_OVNKUBE],
  analyze: async (sight) => {
    const pods = ovnkubePods(await sight.objects('pods'));
    const nodes = (await sight.objects('nodes')).filter(isPartOf);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (pods.length === 0) {
      sight.miss({ code: 'nodes.no-ovnkube', subject: 'pods of ovnkube', reason: 'the source has none on any node' });
      return [];
    }
    const findings: Finding[] = [];
    for (const node of nodes) {
      const name = node.metadata.name;
      const own = pods.filter(({ nodeName }) => nodeName === name);
      const place = { object: { kind: 'Node', name }, node: name };
      if (own.length === 0 && sight.isWhole('pods')) {
        const others = pods.map(({ nodeName }) => nodeName ?? '').join(', ');
        const evidence = [{ source: 'Pods of ovnkube', ref: 'spec.nodeName', excerpt: others }] as const;
        findings.push(found(NO_OVNKUBE, { node: name }, { ...place, evidence }));
      }
      for (const pod of own) {
        if (pod.metadata.deleting) continue;
        for (const container of pod.containers.filter((each) => isOvnkube(each.name))) {
          const { state = 'not started', reason, restarts, ended } = container;
          // One that has just been started is not ready yet, and nothing is wrong with that.
          if (state === 'running' && (container.ready || restarts === 0)) continue;
          if (state === 'not started') continue;
          const words = `${state === 'running' ? 'running but not ready' : state}${reason === undefined ? '' : ` (${reason})`}`;
          const { namespace, name: podName } = pod.metadata;
          findings.push(
            found(
              OVNKUBE_NOT_RUNNING,
              { node: name, pod: podName, namespace, container: container.name, state: words, restarts },
              {
                ...place,
                evidence: [
                  fieldEvidence('Pod', pod, `status of container ${container.name}`, words),
                  ...(ended === undefined
                    ? []
                    : [
                        fieldEvidence(
                          'Pod',
                          pod,
                          'last words',
                          ended.message.trim().split('\n').slice(-5).join(' ⏎ ') || '(none)',
                        ),
                      ]),
                ],
              },
            ),
          );
        }
      }
    }
    return findings;
  },
};
