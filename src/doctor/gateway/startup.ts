/**
 * Why ovnkube does not start, from its own words: the last words of its containers in pod statuses, previous and present
 * logs. A fault that a pod has since got over is none.
 */
import type { Container, Pod } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { found } from '../finding.js';
import type { Evidence, Finding, Place } from '../finding.js';
import type { Sight } from '../sight.js';
import { isOvnkube, ovnkubePods } from './cluster.js';
import { familyOf } from './families.js';
import type { Family } from './families.js';
import { gatewayMessages, lastStart } from './messages.js';
import type { SaidLine } from './messages.js';
import {
  DIFFERENT_INTERFACES_FATAL,
  GATEWAY_ADDRESS_MISSING,
  INTERFACE_MISMATCH,
  NO_GATEWAY_FATAL,
  NO_GATEWAY_OF_FAMILY_FATAL,
} from './startup-findings.js';

/** One text of ovnkube and where it is from. */
interface Words {
  readonly source: string;
  readonly text: string;
  readonly pod: Pod | undefined;
  readonly named: { readonly namespace: string; readonly name: string } | undefined;
  readonly log: string | undefined;
}

type SaidPlace = Place & { readonly evidence: readonly [Evidence, ...Evidence[]] };

const LOG_PATH = /^logs\/([^/]+)\/([^/]+)\/([^/]+?)(\.previous)?\.log$/;

export const gatewayStartup: Analyzer = {
  id: 'gateway/startup',
  area: 'gateway',
  title: 'ovnkube finds a default gateway when it starts',
  inputs: ['hosts.logs', 'kube.pods'],
  finds: [
    DIFFERENT_INTERFACES_FATAL,
    NO_GATEWAY_OF_FAMILY_FATAL,
    NO_GATEWAY_FATAL,
    GATEWAY_ADDRESS_MISSING,
    INTERFACE_MISMATCH,
  ],
  analyze: async (sight) => {
    const words = await ovnkubeWords(sight);
    if (words.length === 0) {
      sight.miss({
        code: 'gateway.no-words',
        subject: 'logs of ovnkube',
        reason: 'there is neither a pod of ovnkube nor a log of one',
      });
    }
    // A log whose container is not known tells nothing by its silence.
    for (const { source, text, named } of words) {
      if (source === '' || named !== undefined || gatewayMessages(text).length > 0) continue;
      const reason = 'it has no line about default gateways; is it the log of ovnkube, from its start?';
      sight.miss({ code: 'gateway.no-words', subject: source, reason });
    }
    const findings = new Map<string, Finding>();
    for (const each of words) {
      // The same words stand in the pod's status and in its log: the first that has evidence counts.
      for (const finding of findingsIn(each)) {
        const place = `${finding.code} ${finding.node ?? ''} ${finding.object.name} ${String(finding.family)}`;
        if (!findings.has(place)) findings.set(place, finding);
      }
    }
    return [...findings.values()];
  },
};

async function ovnkubeWords(sight: Sight): Promise<readonly Words[]> {
  const pods = ovnkubePods(await sight.objects('pods'));
  const words: Words[] = [];
  for (const pod of pods) {
    const named = { namespace: pod.metadata.namespace, name: pod.metadata.name };
    for (const container of pod.containers.filter(({ name }) => isOvnkube(name))) {
      if (isWell(container)) continue;
      const source = `Pod ${named.namespace}/${named.name}, last words of container ${container.name}`;
      words.push({ source, text: container.ended?.message ?? '', pod, named, log: undefined });
    }
  }
  for (const { path, from, text } of await sight.logs()) {
    const [, namespace, name, container, previous] = LOG_PATH.exec(path) ?? [];
    if (namespace === undefined || name === undefined || container === undefined) {
      words.push({ source: from, text, pod: undefined, named: undefined, log: from });
      continue;
    }
    if (!isOvnkube(container)) continue;
    const pod = pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const state = pod?.containers.find((each) => each.name === container);
    if (previous !== undefined && state !== undefined && isWell(state)) continue;
    words.push({ source: from, text, pod, named: { namespace, name }, log: path });
  }
  // A pod that is well has nothing to say, but that it is well is known.
  return words.length > 0 || pods.length === 0
    ? words
    : [{ source: '', text: '', pod: undefined, named: undefined, log: undefined }];
}

const isWell = ({ state, ready }: Container): boolean => state === 'running' && ready;

function findingsIn({ source, text, pod, named, log }: Words): readonly Finding[] {
  const said = gatewayMessages(text);
  const { fatal, before } = lastStart(said);
  const node = pod?.nodeName;
  const args = { node, pod: named };
  const quote = ({ number, line }: SaidLine): Evidence => ({ source, ref: `line ${number}`, excerpt: line });
  const quoted = (line: SaidLine, others: readonly SaidLine[]): readonly [Evidence, ...Evidence[]] => {
    const [first, ...rest] = others;
    return first === undefined ? [quote(line)] : [quote(first), ...rest.map(quote), quote(line)];
  };
  const place = (line: SaidLine, ...others: readonly SaidLine[]): SaidPlace => ({
    object:
      node !== undefined
        ? { kind: 'Node', name: node }
        : named === undefined
          ? { kind: 'Log', name: log ?? source }
          : { kind: 'Pod', ...named },
    ...(node === undefined ? {} : { node }),
    evidence: quoted(line, others),
  });
  const gateways = before.filter(({ message }) => message.kind === 'found');
  if (fatal === undefined) return warnings(before, args, place);
  const { message } = fatal;
  switch (message.kind) {
    case 'different-interfaces': {
      const [keep, stray] = [gatewayOf(gateways, message.first), gatewayOf(gateways, message.second)];
      return [
        found(
          DIFFERENT_INTERFACES_FATAL,
          {
            ...args,
            quoted: message.quoted,
            keep: { interface: message.first, family: keep?.family },
            stray: { interface: message.second, family: stray?.family, address: stray?.address ?? '' },
          },
          place(fatal, ...gateways),
        ),
      ];
    }
    case 'none-on-interface': {
      const only = gatewayOf(gateways);
      const missing = only?.family === undefined ? undefined : only.family === 4 ? 6 : 4;
      // With no gateway before it, nothing was found in any family.
      if (gateways.length === 0) return [found(NO_GATEWAY_FATAL, args, place(fatal))];
      return [
        found(
          NO_GATEWAY_OF_FAMILY_FATAL,
          { ...args, missing, interface: only?.interface, era: 'per-interface' },
          { ...place(fatal, ...gateways), ...(missing === undefined ? {} : { family: missing }) },
        ),
      ];
    }
    case 'no-ipv6':
      return [
        found(
          NO_GATEWAY_OF_FAMILY_FATAL,
          { ...args, missing: 6, interface: gatewayOf(gateways)?.interface, era: 'ipv6-required' },
          { ...place(fatal, ...gateways), family: 6 },
        ),
      ];
    case 'none':
      return [found(NO_GATEWAY_FATAL, args, place(fatal, ...before.filter((each) => each.message.kind !== 'found')))];
    case 'no-address-of-family': {
      const family = familyOf(message.joinAddress) ?? 6;
      return [
        found(GATEWAY_ADDRESS_MISSING, { ...args, family, bridge: '' }, { ...place(fatal), family }),
        ...warnings(before, args, place),
      ];
    }
    default:
      return [];
  }
}

/** Of the gateways that were found, the last on that interface, or the last of all. */
function gatewayOf(
  lines: readonly SaidLine[],
  wanted?: string,
): { readonly interface: string; readonly address: string; readonly family: Family | undefined } | undefined {
  for (const { message } of [...lines].reverse()) {
    if (message.kind !== 'found' || (wanted !== undefined && message.interface !== wanted)) continue;
    return { interface: message.interface, address: message.address, family: familyOf(message.address) };
  }
  return undefined;
}

type Args = Parameters<typeof INTERFACE_MISMATCH.text>[0];

function warnings(
  said: readonly SaidLine[],
  args: Pick<Args, 'node' | 'pod'>,
  place: (line: SaidLine) => SaidPlace,
): readonly Finding[] {
  const last = said.findLast(({ message }) => message.kind === 'mismatch');
  if (last?.message.kind !== 'mismatch') return [];
  const { found: foundInterface, provided } = last.message;
  return [found(INTERFACE_MISMATCH, { ...args, foundInterface, provided }, place(last))];
}
