import { openSnapshotFiles } from '../connect/files/open-snapshot.js';
import { sourceFromFiles } from '../connect/snapshot/from-files.js';
import { snapshotInfo } from '../usecase/snapshot-info.js';
import { SnapshotCommand } from './snapshot-command.js';

export abstract class SnapshotInfoCommand extends SnapshotCommand {
  protected async info(path: string): Promise<void> {
    const files = await openSnapshotFiles(path, { everything: true, once: true });
    const source = sourceFromFiles(files);
    await this.emitInfo(await snapshotInfo(source, files.manifest, this.report), source.kind);
  }
}
