import type { Node } from '../../kube/model/node.js';
import { parsePrefix } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { nodeSubnets } from '../../ovnk/node-annotations.js';

/** The subnets that nodes give their pods addresses from. */
export const podSubnets = (nodes: readonly Node[]): readonly Prefix[] =>
  nodes.flatMap((node) => {
    const read = nodeSubnets(node);
    return (read.ok ? (read.value?.get(DEFAULT_NETWORK) ?? []) : []).flatMap((text) => parsePrefix(text) ?? []);
  });
