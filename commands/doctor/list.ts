import { BaseCommand } from '../../src/cli/base-command.js';
import { doctorList } from '../../src/usecase/doctor-catalogue.js';
import { renderCodes, renderList } from '../../src/view/doctor/render-list.js';

export default class List extends BaseCommand {
  static override summary = 'List the checks of the doctor, and with -o wide every code';

  static override description = 'Reads no cluster.';

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -o wide'];

  async run(): Promise<void> {
    await this.parse(List);
    const list = doctorList();
    await this.emit({
      kind: 'DoctorList',
      data: list,
      source: { kind: 'none' },
      coverage: { complete: true, gaps: [] },
      table: (layout) => renderList(list, layout),
      wide: (layout) => renderCodes(list, layout),
      names: () => list.analyzers.map(({ id }) => `analyzer/${id}`),
    });
  }
}
