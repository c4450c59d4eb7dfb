/** Every pod to every pod and service, one family at a time: what the objects say beside what `trace matrix` says. */
import { connectivityMatrix } from '../../src/usecase/matrix/matrix.js';
import type { MatrixCell, MatrixTarget } from '../../src/usecase/matrix/matrix-document.js';
import type { World } from '../../src/world/world.js';
import { toPod, toService } from './intent.js';
import type { Word } from './intent.js';
import { parties } from './parties.js';
import type { Family, Party } from './parties.js';
import type { Socket } from './policies.js';

export interface Cell {
  readonly from: Party;
  /** NAMESPACE/NAME of the pod that sends. */
  readonly source: string;
  readonly target: MatrixTarget;
  readonly family: Family;
  readonly asked: Round;
  /** One word for each way, sorted: `delivered`, `dropped`, `rejected`, `unknown`. */
  readonly objects: string;
  readonly traced: string;
  readonly cell: MatrixCell;
}

export interface Round {
  /** Ports that are asked for; those that pods and services have themselves when there is none. */
  readonly port?: string;
  readonly protocol?: Socket['protocol'];
}

export const ROUNDS: readonly Round[] = [
  {},
  { port: '8080' },
  { port: '5432' },
  { port: '53', protocol: 'udp' },
  { protocol: 'icmp' },
];

export async function cellsOf(world: World, asked: Round, family: Family): Promise<readonly Cell[]> {
  const matrix = await connectivityMatrix(world, {
    from: [],
    to: [],
    ports: asked.port === undefined ? [] : [asked.port],
    ...(asked.protocol === undefined ? {} : { protocol: asked.protocol }),
    family: family === 4 ? '4' : '6',
    services: asked.port === undefined && asked.protocol === undefined,
    by: 'pod',
  });
  const targets = new Map(matrix.targets.map((target) => [target.id, target]));
  return matrix.cells.map((cell) => {
    const target = targets.get(cell.target);
    const from = parties.get(cell.source);
    if (target === undefined || from === undefined) throw new Error(`who are ${cell.source} and ${cell.target}?`);
    return {
      from,
      source: cell.source,
      target,
      family,
      asked,
      objects: sorted(wordsOf(cell.source, from, target, family)),
      traced: sorted(tracedWords(cell)),
      cell,
    };
  });
}

const sorted = (words: readonly string[]): string => [...words].sort().join(' ');

function wordsOf(source: string, from: Party, target: MatrixTarget, family: Family): readonly Word[] {
  const name = `${target.namespace}/${target.name}`;
  const { protocol, port } = target;
  const socket: Socket = { protocol, ...(port === undefined ? {} : { port }) };
  if (target.kind === 'Service') return toService(from, name, socket, family);
  const to = parties.get(name);
  if (to === undefined) throw new Error(`no pod ${name}`);
  return source === name ? [] : toPod(from, to, socket, family);
}

const tracedWords = ({ counts }: MatrixCell): readonly string[] =>
  Object.entries(counts).flatMap(([word, count]) => new Array<string>(count as number).fill(word));
