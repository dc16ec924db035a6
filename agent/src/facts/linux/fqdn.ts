import { runProgram } from '../../scanners/run-program.ts';
import { fact } from '../fact.ts';

const TIMEOUT_MS = 5_000;

/** The name with its domain; null when the resolver knows none. */
export const fqdn = fact({
  name: 'fqdn',
  async collect() {
    const asked = await runProgram('hostname', ['--fqdn'], { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (asked?.exitCode !== 0) return undefined;
    const name = asked.stdout.trim();
    return name.includes('.') ? name : null;
  },
});
