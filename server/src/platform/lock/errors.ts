import { Conflict } from '../errors/index.ts';

/** Another process works in this data folder. Two writers would ruin the files, so the second one must not start. */
export class DataDirInUse extends Conflict {
  readonly dataDir: string;
  constructor(dataDir: string, holder?: string) {
    super(
      'data-dir.in-use',
      `The data folder ${dataDir} is in use by another running server${holder ? ` (process ${holder})` : ''}. ` +
        'Stop that server first, or give this one a folder of its own.',
    );
    this.dataDir = dataDir;
  }
}
