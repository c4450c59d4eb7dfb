/** Flags of every command that changes something. */
import * as Flags from '@oclif/core/flags';

const group = { helpGroup: 'CHANGE' } as const;

export const changeFlags = {
  'dry-run': Flags.boolean({ ...group, summary: 'Show what would change, and change nothing' }),
  yes: Flags.boolean({ ...group, char: 'y', summary: 'Do it without asking; needed where nobody can be asked' }),
  'all-zones': Flags.boolean({ ...group, summary: 'In the northbound database of every zone' }),
  'override-owner': Flags.boolean({ ...group, summary: 'Change rows that OVN-Kubernetes writes, too' }),
  wait: Flags.option({
    ...group,
    options: ['none', 'sb', 'hv'] as const,
    default: 'none',
    helpValue: 'none|sb|hv',
    summary: 'Wait until ovn-northd (sb), or every hypervisor as well (hv), has caught up',
  })(),
  timeout: Flags.integer({
    ...group,
    default: 30,
    min: 1,
    max: 86_400,
    helpValue: 'SECONDS',
    summary: 'How long to wait',
  }),
  ttl: Flags.string({
    ...group,
    helpValue: 'DURATION',
    summary: 'Undo the change after this time (30s, 10m, 2h); the command waits, and Ctrl-C undoes at once',
  }),
  'read-only': Flags.boolean({ ...group, summary: 'Refuse to change anything, as OVNCTL_READ_ONLY=1 does' }),
};

export interface ChangeFlags {
  readonly 'dry-run': boolean;
  readonly yes: boolean;
  readonly 'all-zones': boolean;
  readonly 'override-owner': boolean;
  readonly wait: 'none' | 'sb' | 'hv';
  readonly timeout: number;
  readonly ttl: string | undefined;
  readonly 'read-only': boolean;
}
