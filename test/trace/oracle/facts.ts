/** What is compared: one text for each fact about one way of a packet. A fact that is not there is an empty text. */
export const FACTS = [
  'backends',
  'verdict',
  'legs',
  'headers between legs',
  'tunnel keys',
  'delivered to',
  'delivered lsp',
  'egress node',
  'addresses',
  'ports',
  'ttl',
  'eth',
  'tos',
  'mark',
  'vlan',
  'snat',
  'dnat',
  'ended in',
  'deciding row',
  'connections before',
  'connections after',
] as const;

export type Fact = (typeof FACTS)[number];

/** Facts that a recording does not hold are absent. */
export type Facts = Readonly<Partial<Record<Fact, string>>>;

export interface Difference {
  readonly fact: Fact;
  readonly ours: string;
  readonly recorded: string;
}

/** Every fact that the recording holds and that differs. */
export function differences(ours: Facts, recorded: Facts): readonly Difference[] {
  return FACTS.flatMap((fact) => {
    const [mine = '', theirs] = [ours[fact], recorded[fact]];
    return theirs === undefined || mine === theirs ? [] : [{ fact, ours: mine, recorded: theirs }];
  });
}
