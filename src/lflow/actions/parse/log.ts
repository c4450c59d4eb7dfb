import type { ActionParser, Draft } from '../action-parser.js';
import type { LogSeverity, LogVerdict } from '../ast.js';
import { acceptOneOf, acceptString } from './arguments.js';

const VERDICTS: readonly LogVerdict[] = ['allow', 'drop', 'reject', 'pass'];
const SEVERITIES: readonly LogSeverity[] = ['alert', 'warning', 'notice', 'info', 'debug'];

interface Arguments {
  name?: string;
  verdict?: LogVerdict;
  severity: LogSeverity;
  meter?: string;
}

/** `log(verdict=V[, name="…"][, severity=S][, meter="…"]);`, in any order; of two equal arguments the last one counts. */
export function parseLog(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  const log: Arguments = { severity: 'info' };
  if (stream.accept('(')) {
    while (!stream.accept(')')) {
      if (!parseArgument(parser, log)) return undefined;
      stream.accept(',');
    }
  }
  const { verdict, ...rest } = log;
  return verdict === undefined ? stream.expected('expecting verdict') : { kind: 'log', verdict, ...rest };
}

function parseArgument({ stream }: ActionParser, log: Arguments): boolean {
  const argument = acceptOneOf(stream, ['verdict', 'severity', 'name', 'meter']);
  if (argument === undefined) stream.expected('');
  if (argument === undefined || !stream.expect('=')) return false;
  switch (argument) {
    case 'verdict': {
      const verdict = acceptOneOf(stream, VERDICTS) ?? stream.expected('unknown verdict');
      if (verdict !== undefined) log.verdict = verdict;
      return verdict !== undefined;
    }
    case 'severity': {
      const severity = acceptOneOf(stream, SEVERITIES) ?? stream.expected('unknown severity');
      if (severity !== undefined) log.severity = severity;
      return severity !== undefined;
    }
    case 'name':
    case 'meter': {
      const text = acceptString(stream) ?? stream.expected('expecting string');
      if (text !== undefined) log[argument] = text;
      return text !== undefined;
    }
  }
}
