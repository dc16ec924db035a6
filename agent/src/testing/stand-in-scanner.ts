import { readFile } from 'node:fs/promises';
import { ScannerFailed } from '../errors.ts';
import type { Scanner } from '../scanners/scanner.ts';

/** An engine that finds what holds the word `evil`; slow or broken on demand. */
export const evilScanner = (behaviour: { delayMs?: number; isBroken?: boolean } = {}): Scanner => ({
  state: async () => ({ product: 'Evil', name: 'Evil finder', version: '1.0', running: true }),
  databases: async () => ({ releasedAt: new Date(0), records: 1 }),
  async scan(files, signal) {
    if (behaviour.isBroken) throw new ScannerFailed('the engine does not start');
    const verdicts = [];
    for (const file of files) {
      if (behaviour.delayMs) await new Promise((done) => setTimeout(done, behaviour.delayMs));
      if (signal.aborted) throw new ScannerFailed('The scan was stopped');
      const text = await readFile(file.raw, 'utf8');
      verdicts.push({
        file,
        verdict: text.includes('evil')
          ? { kind: 'infected' as const, threat: 'Test.Evil' }
          : { kind: 'clean' as const },
      });
    }
    return verdicts;
  },
  updateDatabases: async () => undefined,
});
