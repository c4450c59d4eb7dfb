import type { Constant } from '../../expr/ast.js';
import type { Span } from '../../span.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { Option } from '../ast.js';
import { acceptString, parseEndpoint } from './arguments.js';
import { parseOptions } from './options.js';

const EVENT = 'empty_lb_backends';
const TYPES = new Map(['vip', 'protocol', 'load_balancer'].map((name) => [name, { type: 'str' }]));

/** `trigger_event(event = "empty_lb_backends", vip = "…", protocol = "…", load_balancer = "UUID");` */
export function parseTriggerEvent(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  if (!stream.expect('(')) return undefined;
  if (!stream.acceptName('event')) return stream.expected('expecting event');
  if (!stream.expect('=')) return undefined;
  if (!stream.at('string')) return stream.expected('expecting event type');
  const { span } = stream.token;
  const event = acceptString(stream);
  if (event !== EVENT)
    return stream.fail('action', span, `Unknown event '${event ?? ''}'`, `the one event is ${EVENT}`);
  stream.accept(',');
  const options = parseOptions(parser, TYPES, EVENT);
  if (options === undefined) return undefined;
  for (const option of options) {
    const mistake = mistakeIn(option);
    if (mistake !== undefined) return stream.fail('action', mistake.span, mistake.message);
  }
  return { kind: 'triggerEvent', event, options };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const RULES: Readonly<Record<string, (text: string) => string | undefined>> = {
  vip: (text) => (parseEndpoint(text) === undefined ? `Invalid load balancer VIP '${text}'` : undefined),
  protocol: (text) =>
    ['tcp', 'udp', 'sctp'].includes(text)
      ? undefined
      : `Load balancer protocol '${text}' is not 'tcp', 'udp', or 'sctp'`,
  load_balancer: (text) => (UUID.test(text) ? undefined : `Load balancer '${text}' is not a UUID`),
};

function mistakeIn({ name, values }: Option): { readonly span: Span; readonly message: string } | undefined {
  for (const value of values) {
    const message = RULES[name]?.(textOf(value));
    if (message !== undefined) return { span: value.span, message };
  }
  return undefined;
}

function textOf(value: Constant): string {
  return value.kind === 'string' ? value.value : '';
}
