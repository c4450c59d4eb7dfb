import type { Row } from '../ovsdb/replica/row.js';

/**
 * The pod of a logical port, from the external_ids of its Logical_Switch_Port or Port_Binding row; undefined for other
 * ports. The port's name ends in `<namespace>_<pod>`, and no pod's name has a `_`.
 */
export function podOfPort(port: Row): { readonly namespace: string; readonly name: string } | undefined {
  const ids = port.map('external_ids');
  const namespace = ids.get('namespace');
  if (namespace === undefined || ids.get('pod') !== 'true') return undefined;
  const name = port.string(port.table === 'Port_Binding' ? 'logical_port' : 'name');
  return { namespace, name: name.slice(name.lastIndexOf('_') + 1) };
}
