/** Where things are in a snapshot that we write; what `--from` reads is more (src/connect/files). */
import { hostFactPath } from '../world/host-facts.js';
import type { HostFact } from '../world/host-facts.js';
import type { DatabaseKind } from './manifest.js';

export const MANIFEST_FILE = 'manifest.json';

export const databasePath = (zone: string, kind: DatabaseKind): string => `${fileName(zone)}/${kind}.db`;
export const objectsPath = (plural: string): string => `k8s/${plural}.json`;
export const hostPath = (node: string, fact: HostFact): string => hostFactPath(fileName(node), fact);
export const logPath = (namespace: string, pod: string, container: string, previous = false): string =>
  `logs/${[namespace, pod, container].map(fileName).join('/')}${previous ? '.previous' : ''}.log`;

/** Top folders that hold no zone; a zone called so gets another folder. */
const RESERVED: ReadonlySet<string> = new Set(['k8s', 'hosts', 'logs', '.', '..', '']);

/** A name as one component of a path, whatever characters it has: the others are written as in a URL. */
function fileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/gu, (char) => encodeURIComponent(char).replace(/[!'()*]/g, '_'));
  return RESERVED.has(plain) ? `_${plain}` : plain;
}
