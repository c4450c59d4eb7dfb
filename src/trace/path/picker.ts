import { NotFoundError } from '../../base/errors.js';
import { formatAddress } from '../../net/prefix.js';
import { backendText } from '../engine/conntrack.js';
import type { Choice } from '../semantics/semantics.js';
import type { Chooser } from './courses.js';

/**
 * Turns the forks of flows into options with names. A backend that was asked for is no fork; NotFoundError
 * `trace.no-backend` when the load balancer does not have it.
 */
export function pickerOf(choose: Chooser, backend: string | undefined): (choice: Choice) => number {
  return (choice) => {
    switch (choice.kind) {
      case 'backend': {
        const options = choice.options.map(backendText);
        if (backend === undefined) return choose('backend', options);
        const bare = choice.options.map(({ address }) => formatAddress(address));
        const index = options.findIndex((option, i) => option === backend || bare[i] === backend);
        if (index >= 0) return choose('backend', [options[index] ?? '']) + index;
        throw new NotFoundError('trace.no-backend', `${backend} is no backend here; there are ${options.join(', ')}`);
      }
      case 'member':
        return choose(
          'member',
          choice.options.map(({ id }) => `member ${id}`),
        );
      case 'child':
        return choose('child', choice.options);
      case 'tie':
        return choose(
          'tie',
          choice.options.map(({ uuid }) => `flow ${uuid.slice(0, 8)}`),
        );
    }
  };
}
