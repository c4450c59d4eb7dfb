import type { Fields } from './fields.js';

/** The transport protocols a port can have; absent in an object means TCP. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export function readProtocol(fields: Fields): Protocol {
  const name = fields.text('protocol');
  switch (name) {
    case 'UDP':
    case 'SCTP':
      return name;
    default:
      return 'TCP';
  }
}
