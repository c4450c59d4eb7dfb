/** Flags that several commands share. Only flags that work are here. */
import * as Flags from '@oclif/core/flags';

/** The formats of every reading command. */
export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** On every command, through the base class. */
export const outputFlags = {
  output: Flags.option({
    char: 'o',
    options: FORMATS,
    default: 'table',
    helpValue: FORMATS.join('|'),
    summary: 'Output format',
    helpGroup: 'GLOBAL',
  })(),
  'no-headers': Flags.boolean({ summary: 'Leave out table headings', helpGroup: 'GLOBAL' }),
  color: Flags.option({
    options: ['auto', 'always', 'never'] as const,
    default: 'auto',
    helpValue: 'auto|always|never',
    summary: 'Colour; auto looks at each stream and at NO_COLOR and FORCE_COLOR',
    helpGroup: 'GLOBAL',
  })(),
  quiet: Flags.boolean({
    char: 'q',
    summary: 'No progress, warnings or hints',
    exclusive: ['verbose'],
    helpGroup: 'GLOBAL',
  }),
  verbose: Flags.boolean({ char: 'v', summary: 'Say more: notes, causes and stacks of errors', helpGroup: 'GLOBAL' }),
};

/** For commands whose arguments are namespaced objects. */
export const namespaceFlags = {
  namespace: Flags.string({
    char: 'n',
    summary: 'Namespace of names given without one',
    helpValue: 'NAMESPACE',
  }),
};
