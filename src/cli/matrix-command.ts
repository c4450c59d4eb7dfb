/**
 * What `trace matrix` does once its command line is understood: one World, one matrix, one document. Without `--expect` a
 * matrix is a finding of facts and the command has done its job whatever they are, unless they could not be found.
 */
import { UsageError } from '../base/errors.js';
import { connectivityMatrix } from '../usecase/matrix/matrix.js';
import type { MatrixQuery } from '../usecase/matrix/matrix.js';
import type { ConnectivityMatrix } from '../usecase/matrix/matrix-document.js';
import { renderMatrixCsv } from '../view/matrix/matrix-csv.js';
import { renderMatrixJunit } from '../view/matrix/matrix-junit.js';
import { renderCells, renderMatrix } from '../view/matrix/matrix-table.js';
import { portNumber } from './endpoints.js';
import type { Outcome } from './exit-codes.js';
import { aMoment } from './moment.js';
import { SourceCommand } from './source-command.js';
import type { SourceFlags } from './open-source.js';
import type { EXPECTATIONS } from './trace-flags.js';

type Expectation = (typeof EXPECTATIONS)[number];

interface MatrixFlags extends SourceFlags {
  readonly namespace: readonly string[] | undefined;
  readonly 'all-namespaces': boolean;
  readonly to: readonly string[] | undefined;
  readonly port: readonly string[] | undefined;
  readonly protocol: MatrixQuery['protocol'] | undefined;
  readonly family: MatrixQuery['family'];
  readonly services: boolean;
  readonly by: MatrixQuery['by'];
  readonly reply: boolean;
  readonly expect: Expectation | undefined;
  readonly 'no-headers': boolean;
}

export abstract class MatrixCommand extends SourceCommand {
  protected async fill(flags: MatrixFlags): Promise<void> {
    const query = queryOf(flags);
    const { world, answer: matrix } = await this.ask(flags, (source) =>
      connectivityMatrix(source, query, async (_source, done, of) => {
        if (of > MANY) this.progress.report({ step: 'tracing', done, of });
        await aMoment();
      }),
    );
    for (const note of matrix.notes) this.caution(note);
    const gaps = world.coverage.gaps();
    for (const { subject, reason } of gaps) this.caution(`not everything could be read: ${subject}: ${reason}`);
    const { expect } = flags;
    await this.emit({
      kind: 'ConnectivityMatrix',
      data: matrix,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps },
      table: (layout) => renderMatrix(matrix, layout),
      wide: (layout) => renderCells(matrix, layout),
      names: () => matrix.cells.map(({ source, target, verdict }) => `cell/${source}/${target} ${verdict}`),
      others: {
        csv: () => renderMatrixCsv(matrix, !flags['no-headers']),
        junit: () => renderMatrixJunit(matrix, expect),
      },
    });
    if (expect !== undefined) this.#meet(matrix, expect);
    else if (gaps.length > 0 && matrix.cells.some(({ counts }) => counts.unknown > 0)) this.outcome('incomplete');
  }

  #meet({ cells }: ConnectivityMatrix, expected: Expectation): void {
    const tried = cells.filter(({ verdict }) => verdict !== 'none');
    const broken = tried.filter(({ verdict }) => verdict !== expected && verdict !== 'unknown');
    const unknown = tried.filter(({ verdict }) => verdict === 'unknown');
    const outcome: Outcome = broken.length > 0 ? 'negative' : unknown.length > 0 ? 'incomplete' : 'done';
    if (outcome !== 'done') {
      const parts = [
        ...(broken.length === 0 ? [] : [`${broken.length} are not`]),
        ...(unknown.length === 0 ? [] : [`${unknown.length} are not known`]),
      ];
      this.caution(`expected ${expected} of all ${tried.length} cells, but ${parts.join(' and ')}`);
    }
    this.outcome(outcome);
  }
}

/** Fewer sources are over before anybody wonders. */
const MANY = 50;

const PORT_NAME = /^[a-z0-9-]*[a-z][a-z0-9-]*$/i;

function queryOf(flags: MatrixFlags): MatrixQuery {
  const { namespace = [], to = [], port = [], protocol, family, services, by, reply } = flags;
  if (namespace.length === 0 && !flags['all-namespaces']) {
    throw new UsageError('usage.namespace', 'whose matrix? no namespace is given', {
      hints: ['give -n NAMESPACE, or -A for all of them'],
    });
  }
  if (protocol === 'icmp' && port.length > 0) {
    throw new UsageError('usage.port', '--port makes no sense with --protocol icmp', {
      hints: ['leave --port out, or choose tcp, udp or sctp'],
    });
  }
  if (protocol === 'icmp' && services) {
    throw new UsageError('usage.services', '--services makes no sense with --protocol icmp: services have ports', {
      hints: ['leave --services out, or choose tcp, udp or sctp'],
    });
  }
  const ports = port.map((text) => (PORT_NAME.test(text) ? text : String(portNumber('--port', text))));
  return {
    from: namespace,
    to: to.length > 0 ? to : namespace,
    ports,
    ...(protocol === undefined ? {} : { protocol }),
    family,
    services,
    by,
    reply,
  };
}
