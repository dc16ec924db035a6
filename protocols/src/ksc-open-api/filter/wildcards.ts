/**
 * Wildcards of `=`: `?` one character, `*` any run, `[a-f]` one of a set, `[^ab]` one not in the set.
 * A "[" that no "]" closes, or that closes around nothing, is an ordinary character. Case is disregarded.
 */
export type WildcardPart =
  | { kind: 'text'; text: string }
  | { kind: 'one' }
  | { kind: 'run' }
  | { kind: 'set'; negated: boolean; ranges: { from: string; to: string }[] };

/** Text is parted into neighbours that differ in kind; an empty pattern has no parts. */
export const parseWildcards = (pattern: string): WildcardPart[] => {
  const characters = [...pattern];
  const lastClose = characters.lastIndexOf(']');
  const parts: WildcardPart[] = [];
  const addText = (character: string) => {
    const last = parts.at(-1);
    if (last?.kind === 'text') last.text += character;
    else parts.push({ kind: 'text', text: character });
  };
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '?') parts.push({ kind: 'one' });
    else if (character === '*') {
      if (parts.at(-1)?.kind !== 'run') parts.push({ kind: 'run' });
    } else if (character === '[' && index < lastClose) {
      const set = parseSet(characters, index);
      if (set === undefined) addText(character);
      else {
        parts.push(set.part);
        index = set.end;
      }
    } else addText(character);
  }
  return parts;
};

/** false: plain text, which only itself matches. */
export const hasWildcards = (pattern: string): boolean => parseWildcards(pattern).some((part) => part.kind !== 'text');

/** A pattern that only this very text matches: `*`, `?` and `[` are put in sets of one. */
export const literalPattern = (text: string): string => text.replace(/[*?[]/g, (character) => `[${character}]`);

/** Time grows with length of text times length of pattern, whatever the pattern. */
export const matchesWildcards = (parts: readonly WildcardPart[], text: string): boolean => {
  const units = unitsOf(parts);
  const characters = [...text];
  let unit = 0;
  let position = 0;
  // The last "*" seen, and where the text went on after it: the only place to come back to.
  let afterRun = -1;
  let runEnd = 0;
  while (position < characters.length) {
    const current = units[unit];
    if (current === 'run') {
      afterRun = unit + 1;
      runEnd = position;
      unit += 1;
    } else if (current?.(characters[position] ?? '')) {
      unit += 1;
      position += 1;
    } else if (afterRun >= 0) {
      runEnd += 1;
      position = runEnd;
      unit = afterRun;
    } else return false;
  }
  while (units[unit] === 'run') unit += 1;
  return unit === units.length;
};

/**
 * The pattern for LIKE or ILIKE with "\" as the escape character (the default of PostgreSQL and ClickHouse).
 *
 * @returns undefined when it holds a set, which LIKE cannot say: take `wildcardsToRegex`
 */
export const wildcardsToLike = (parts: readonly WildcardPart[]): string | undefined => {
  let like = '';
  for (const part of parts) {
    if (part.kind === 'set') return undefined;
    like += part.kind === 'one' ? '_' : part.kind === 'run' ? '%' : part.text.replace(/[\\%_]/g, '\\$&');
  }
  return like;
};

/**
 * The pattern as a regular expression over the whole text, in the common ground of JavaScript (flags "isu"),
 * PostgreSQL (`~*`) and RE2 (prefix `(?is)`).
 */
export const wildcardsToRegex = (parts: readonly WildcardPart[]): string => {
  const pieces = parts.map((part) => {
    if (part.kind === 'one') return '.';
    if (part.kind === 'run') return '.*';
    if (part.kind === 'text') return escapeRegex(part.text);
    const ranges = part.ranges.map(({ from, to }) =>
      from === to ? escapeInSet(from) : `${escapeInSet(from)}-${escapeInSet(to)}`,
    );
    return `[${part.negated ? '^' : ''}${ranges.join('')}]`;
  });
  return `^${pieces.join('')}$`;
};

const parseSet = (characters: string[], open: number): { part: WildcardPart; end: number } | undefined => {
  const end = characters.indexOf(']', open + 1);
  const negated = characters[open + 1] === '^';
  const members = characters.slice(open + (negated ? 2 : 1), end);
  if (members.length === 0) return undefined;
  const ranges: { from: string; to: string }[] = [];
  for (let index = 0; index < members.length; index += 1) {
    const from = members[index] ?? '';
    const to = members[index + 1] === '-' ? members[index + 2] : undefined;
    if (to === undefined) ranges.push({ from, to: from });
    else {
      ranges.push(codeOf(from) <= codeOf(to) ? { from, to } : { from: to, to: from });
      index += 2;
    }
  }
  return { part: { kind: 'set', negated, ranges }, end };
};

type Unit = 'run' | ((character: string) => boolean);

const unitsOf = (parts: readonly WildcardPart[]): Unit[] =>
  parts.flatMap((part): Unit[] => {
    if (part.kind === 'run') return ['run'];
    if (part.kind === 'one') return [() => true];
    if (part.kind === 'text') return [...part.text].map((wanted) => (found: string) => isSameLetter(wanted, found));
    return [(character: string) => isInRanges(part.ranges, character) !== part.negated];
  });

const isSameLetter = (one: string, other: string): boolean =>
  one === other || one.toLowerCase() === other.toLowerCase();

const isInRanges = (ranges: { from: string; to: string }[], character: string): boolean => {
  const codes = [character, character.toLowerCase(), character.toUpperCase()].map(codeOf);
  return ranges.some(({ from, to }) => codes.some((code) => code >= codeOf(from) && code <= codeOf(to)));
};

const codeOf = (character: string): number => character.codePointAt(0) ?? -1;
const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const escapeInSet = (character: string): string => character.replace(/[\\^[\]-]/g, '\\$&');
