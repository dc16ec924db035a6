import type { Verdict } from '../scanner.ts';

const FOUND = /^(\S+) FOUND$/;

/**
 * What ClamAV says about one file, the text behind `<name>: `. Strict: what is not known is no verdict.
 * @returns null when the text is none of the known forms
 */
export const verdictOf = (text: string): Verdict | null => {
  const found = FOUND.exec(text)?.[1];
  if (found) return { kind: 'infected', threat: found };
  if (text === 'OK' || text === 'Empty file') return { kind: 'clean' };
  if (/^(Can't access file|Access denied|No such file or directory)/.test(text))
    return { kind: 'unreadable', reason: text };
  if (text.endsWith(' ERROR')) return { kind: 'error', reason: text.slice(0, -' ERROR'.length) };
  return null;
};

/**
 * Reads clamscan's output for a known set of names. A name may hold `: ` itself, so every cut is tried and only one
 * that gives an asked-for name and a known verdict counts.
 */
export const readClamscanOutput = (output: string, asked: ReadonlySet<string>): Map<string, Verdict> => {
  const verdicts = new Map<string, Verdict>();
  for (const line of output.split('\n')) {
    const text = line.startsWith('WARNING: ') ? line.slice('WARNING: '.length) : line;
    for (let cut = text.indexOf(': '); cut >= 0; cut = text.indexOf(': ', cut + 1)) {
      const name = text.slice(0, cut);
      const verdict = asked.has(name) ? verdictOf(text.slice(cut + 2)) : null;
      if (verdict) {
        // A find outweighs whatever else is said about the same file.
        if (verdicts.get(name)?.kind !== 'infected') verdicts.set(name, verdict);
        break;
      }
    }
  }
  return verdicts;
};
