import type { Action } from '../../lflow/actions/ast.js';
import { formatAction } from '../../lflow/actions/format-actions.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { withFriendlyNames } from './names.js';
import type { Naming } from './names.js';

const made = new WeakMap<Southbound, Map<Naming, Wording>>();

/**
 * The texts that a tree shows for the flows and actions of one database under one way of naming. Thousands of packets meet the
 * same flows, so each text is made once.
 */
export class Wording {
  readonly #southbound: Southbound;
  readonly #naming: Naming;
  readonly #flows = new WeakMap<LogicalFlow, string>();
  /** Actions are parsed once for each text, pipeline and table, so an action belongs to one place. */
  readonly #actions = new WeakMap<Action, string>();

  static of(southbound: Southbound, naming: Naming): Wording {
    let byNaming = made.get(southbound);
    if (byNaming === undefined) made.set(southbound, (byNaming = new Map<Naming, Wording>()));
    let wording = byNaming.get(naming);
    if (wording === undefined) byNaming.set(naming, (wording = new Wording(southbound, naming)));
    return wording;
  }

  private constructor(southbound: Southbound, naming: Naming) {
    this.#southbound = southbound;
    this.#naming = naming;
  }

  /** An action in canonical form, as the place it was parsed for has it. */
  action(action: Action, pipeline: Pipeline, table: number): string {
    let text = this.#actions.get(action);
    if (text === undefined) {
      text = formatAction(action, {
        pipeline,
        table,
        release: this.#southbound.release.release,
        portName: (name) => {
          const port = this.#southbound.ports.named(name);
          return port === undefined ? name : this.#naming.port(port);
        },
      });
      this.#actions.set(action, text);
    }
    return text;
  }

  /** The line of a table whose flow decided. */
  flow(flow: LogicalFlow): string {
    let text = this.#flows.get(flow);
    if (text === undefined) {
      const source = flow.source === undefined ? undefined : `(${flow.source})`;
      const place = [flow.stage, source].filter((part) => part !== undefined).join(' ');
      const match = withFriendlyNames(this.#southbound, this.#naming, flow.match);
      const title = place === '' ? match : `${place}: ${match}`;
      text = `${tableNumber(flow.table)}${title}, priority ${flow.priority}, uuid ${flow.uuid.slice(0, 8)}`;
      this.#flows.set(flow, text);
    }
    return text;
  }
}

/** The number of a table as it begins its line. */
export function tableNumber(table: number): string {
  return `${String(table).padStart(2)}. `;
}
