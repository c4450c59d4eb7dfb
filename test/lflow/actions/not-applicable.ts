/**
 * Cases of actions.json that cannot apply here, each with the reason. Reviewed: the grammar is deliberately the union of all
 * releases, so texts that one release refuses and another accepts are accepted; nothing is here because ovnctl errs.
 */
export const NOT_APPLICABLE: readonly {
  readonly branch: string;
  readonly matches: (input: string) => boolean;
  readonly reason: string;
}[] = [
  {
    branch: '26.03',
    matches: (input) => input.startsWith('ct_commit('),
    reason: 'the union grammar keeps the form with parentheses, which databases of OVN before 24.09 contain',
  },
  {
    branch: '26.03',
    matches: (input) => input === 'next(34);',
    reason: 'names the number of tables (34) where 23.03 and ovnctl name the last table (33)',
  },
  {
    branch: '23.03',
    matches: (input) => input.endsWith('obs_point=foo);') && input.includes('obs_domain=0'),
    reason: 'since 24.09 obs_point may be a field, so the message asks for a field name',
  },
];
