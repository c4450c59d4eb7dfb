/** Logical switches (ovn-nb(5), Logical_Switch). */
import { ConflictError } from '../../base/errors.js';
import { findRow, rowNamed } from '../look-up.js';
import type { Verb } from '../verb.js';
import { IF_EXISTS, MAY_EXIST, textsOf } from './parameters.js';

const NAME = { name: 'switch', kind: 'argument', help: 'Name of the switch', required: true } as const;

export const switchAdd: Verb = {
  name: 'switch add',
  summary: 'Add a logical switch',
  parameters: [
    NAME,
    { name: 'config', kind: 'option', many: true, value: 'KEY=VALUE', help: 'Entry of other_config' },
    MAY_EXIST,
  ],
  phrase: (given) => `add switch ${given.text('switch')}`,
  carryOut: (draft, given) => {
    const name = given.text('switch');
    if (draft.table('Logical_Switch').find('name', name).length > 0) {
      if (given.flag('may-exist')) return;
      throw new ConflictError('manage.exists', `switch "${name}" exists already`, {
        hints: ['--may-exist leaves an existing one as it is'],
      });
    }
    draft.insert('Logical_Switch', { name, ...textsOf('other_config', given.pairs('config')) });
  },
};

export const switchDelete: Verb = {
  name: 'switch delete',
  summary: 'Delete a logical switch with its ports and rules',
  parameters: [NAME, IF_EXISTS],
  phrase: (given) => `delete switch ${given.text('switch')}`,
  carryOut: (draft, given) => {
    const name = given.text('switch');
    const row = given.flag('if-exists')
      ? findRow(draft, 'Logical_Switch', name)
      : rowNamed(draft, 'Logical_Switch', name);
    if (row !== undefined) draft.delete(row);
  },
};
