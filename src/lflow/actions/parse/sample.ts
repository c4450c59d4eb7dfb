import type { ActionParser, Draft } from '../action-parser.js';
import type { ObsPoint, Sample } from '../ast.js';
import { acceptUint32, parseUint16 } from './arguments.js';

type Arguments = Omit<Sample, 'kind' | 'span'>;

const NOTHING: Arguments = {
  probability: 0,
  collectorSet: 0,
  obsDomain: 0,
  obsPoint: { kind: 'value', value: 0 },
};

/** `sample(probability=N, collector_set=N, obs_domain=N, obs_point=N|$cookie|FIELD);`, in any order. */
export function parseSample(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  const start = stream.previousSpan;
  let sample: Arguments | undefined = NOTHING;
  if (!stream.expect('(')) return undefined;
  while (!stream.accept(')')) {
    sample = parseArgument(parser, sample);
    if (sample === undefined) return undefined;
    stream.accept(',');
  }
  if (sample.probability === 0) return stream.fail('action', start, 'probability must be greater than zero');
  return { kind: 'sample', ...sample };
}

function parseArgument(parser: ActionParser, sample: Arguments): Arguments | undefined {
  const { stream } = parser;
  const { token } = stream;
  const set = token.kind === 'id' ? ARGUMENTS[token.name] : undefined;
  if (set === undefined) return stream.expected('unknown argument');
  stream.take();
  return stream.expect('=') ? set(parser, sample) : undefined;
}

const ARGUMENTS: Readonly<Record<string, (parser: ActionParser, sample: Arguments) => Arguments | undefined>> = {
  probability: ({ stream }, sample) => {
    const probability = parseUint16(stream, 'probability');
    return probability === undefined ? undefined : { ...sample, probability };
  },
  collector_set: ({ stream }, sample) => {
    const collectorSet = acceptUint32(stream);
    return collectorSet === undefined ? stream.expected('malformed collector_set') : { ...sample, collectorSet };
  },
  obs_domain: ({ stream }, sample) => {
    const { token } = stream;
    const small = token.kind === 'integer' && token.integer.value <= 0xffn;
    const obsDomain = small ? stream.expectSmallInteger() : stream.expected('obs_domain must be 8-bit long');
    return obsDomain === undefined ? undefined : { ...sample, obsDomain };
  },
  obs_point: (parser, sample) => {
    const obsPoint = parseObsPoint(parser);
    return obsPoint && { ...sample, obsPoint };
  },
};

function parseObsPoint(parser: ActionParser): ObsPoint | undefined {
  const { stream } = parser;
  const { token } = stream;
  if (token.kind === 'address-set' && token.name === 'cookie') {
    stream.take();
    return { kind: 'cookie' };
  }
  if (token.kind === 'integer') {
    const value = acceptUint32(stream);
    return value === undefined ? stream.expected('malformed sample observation_point_id') : { kind: 'value', value };
  }
  const field = parser.operand(32);
  return field && { kind: 'field', field };
}
