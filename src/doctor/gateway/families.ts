/** Address families: words for them, and which of them a cluster is configured for. */
import { parsePrefix } from '../../net/prefix.js';
import type { Family } from '../../net/prefix.js';
import { nodeSubnets, SUBNETS_ANNOTATION } from '../../ovnk/node-annotations.js';
import type { Node } from '../../kube/model/node.js';
import type { Configured } from '../../ovnk/configured.js';

export type { Family };

export const familyWord = (family: Family): string => `IPv${family}`;
export const defaultDestination = (family: Family): '0.0.0.0/0' | '::/0' => (family === 4 ? '0.0.0.0/0' : '::/0');

/** The family of an address, with or without prefix length. */
export const familyOf = (text: string): Family | undefined => parsePrefix(text)?.family;

const familiesIn = (texts: readonly string[]): readonly Family[] =>
  ([4, 6] as const).filter((family) => texts.some((text) => familyOf(text) === family));

export interface ConfiguredFamilies {
  readonly families: readonly Family[];
  /** What says so. */
  readonly from: string;
}

/**
 * The families that pods have: of the configured cluster subnets, or else of the subnets that nodes were given. undefined
 * when neither is known.
 */
export function configuredFamilies(
  configured: Configured | undefined,
  nodes: readonly Node[],
): ConfiguredFamilies | undefined {
  const subnets = configured?.clusterSubnets ?? [];
  if (subnets.length > 0) return { families: familiesIn(subnets), from: `cluster subnets ${subnets.join(', ')}` };
  const given = nodes.flatMap((node) => {
    const read = nodeSubnets(node);
    return read.ok ? (read.value?.get('default') ?? []) : [];
  });
  if (given.length === 0) return undefined;
  return { families: familiesIn(given), from: `annotation ${SUBNETS_ANNOTATION} of the nodes` };
}
