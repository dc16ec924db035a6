import { refused } from './errors.ts';

/** Deeper nesting than any request needs; bounds the recursion. */
const MAX_DEPTH = 64;

/**
 * Reads JSON the way the service's reader does: trailing commas, unquoted names and single quotes pass.
 * Strict JSON takes the fast way, so leniency can never change its meaning.
 *
 * @throws ApiFailure 500 with an `errors` text that names line and position
 */
export const readLenientJson = (source: string): unknown => {
  try {
    return JSON.parse(source);
  } catch {
    // Not strict JSON: the tolerant reader below decides, and says where it stopped.
    return new LenientReader(source).readAll();
  }
};

class LenientReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  readAll(): unknown {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#source.length) throw this.#unexpected();
    return value;
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw refused(`The reader's MaxDepth of ${MAX_DEPTH} has been exceeded.`);
    this.#skipSpace();
    const next = this.#source[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"' || next === "'") return this.#text(next);
    return this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#take('}')) return Object.fromEntries(entries);
      const name = this.#name();
      this.#skipSpace();
      if (!this.#take(':')) throw this.#unexpected();
      entries.push([name, this.#value(depth + 1)]);
      this.#skipSpace();
      if (!this.#take(',') && this.#source[this.#at] !== '}') throw this.#unexpected();
    }
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#take(']')) return items;
      items.push(this.#value(depth + 1));
      this.#skipSpace();
      if (!this.#take(',') && this.#source[this.#at] !== ']') throw this.#unexpected();
    }
  }

  #name(): string {
    const next = this.#source[this.#at];
    if (next === '"' || next === "'") return this.#text(next);
    const bare = /^[A-Za-z_$][\w$]*/.exec(this.#source.slice(this.#at, this.#at + 200))?.[0];
    if (!bare) throw this.#unexpected();
    this.#at += bare.length;
    return bare;
  }

  #text(quote: string): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#source.length && this.#source[end] !== quote) end += this.#source[end] === '\\' ? 2 : 1;
    if (end >= this.#source.length)
      throw refused(`Unterminated string. Expected delimiter: ${quote}. ${this.#place()}`);
    this.#at = end + 1;
    const inner = this.#source.slice(start + 1, end);
    const strict = quote === '"' ? inner : inner.replaceAll("\\'", "'").replaceAll(/(?<!\\)"/g, '\\"');
    try {
      return JSON.parse(`"${strict}"`) as string;
    } catch {
      this.#at = start;
      throw refused(`Bad JSON escape sequence or control character in a string. ${this.#place()}`);
    }
  }

  #word(): unknown {
    const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/.exec(
      this.#source.slice(this.#at, this.#at + 400),
    )?.[0];
    if (word === undefined) throw this.#unexpected();
    this.#at += word.length;
    return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : Number(word);
  }

  #skipSpace(): void {
    while (this.#at < this.#source.length && ' \t\r\n\uFEFF'.includes(this.#source[this.#at] ?? 'x')) this.#at += 1;
  }

  #take(sign: string): boolean {
    if (this.#source[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #place(): string {
    const before = this.#source.slice(0, this.#at).split('\n');
    return `line ${before.length}, position ${(before.at(-1) ?? '').length}.`;
  }

  #unexpected() {
    const next = this.#source[this.#at];
    return next === undefined
      ? refused(`Unexpected end when reading JSON. ${this.#place()}`)
      : refused(`Unexpected character encountered while parsing value: ${next}. ${this.#place()}`);
  }
}
