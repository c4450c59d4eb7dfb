import type { ActionParser, Draft } from '../action-parser.js';
import { acceptUint32 } from './arguments.js';

const LAST_QUEUE = 61440;

/** `set_queue(N);` */
export function parseSetQueue({ stream }: ActionParser): Draft | undefined {
  if (!stream.expect('(')) return undefined;
  const { span } = stream.token;
  const queue = stream.expectSmallInteger();
  if (queue === undefined || !stream.expect(')')) return undefined;
  if (queue > LAST_QUEUE) {
    const message = `Queue ID ${queue} for set_queue is not in valid range 0 to ${LAST_QUEUE}.`;
    return stream.fail('action', span, message);
  }
  return { kind: 'setQueue', queue };
}

/** `set_meter(RATE[, BURST]);` */
export function parseSetMeter({ stream }: ActionParser): Draft | undefined {
  if (!stream.expect('(')) return undefined;
  const { span } = stream.token;
  const rate = acceptUint32(stream);
  if (rate === undefined) return stream.expected('expecting rate');
  if (rate === 0) return stream.fail('action', span, 'Rate 0 for set_meter is not in valid.');
  if (!stream.accept(',')) return stream.expect(')') ? { kind: 'setMeter', rate } : undefined;
  const burst = acceptUint32(stream);
  if (burst === undefined) return stream.expected('expecting burst');
  return stream.expect(')') ? { kind: 'setMeter', rate, burst } : undefined;
}
