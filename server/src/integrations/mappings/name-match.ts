import type { MappingSuggestion } from '@gatehouse/contract';
import { companyName, fold } from './company-name.ts';

/** A name, taken apart once so that it can be compared with many. */
export interface NameShape {
  /** Folded, with its punctuation. */
  folded: string;
  words: string[];
  form: string;
  joined: string;
  /** With umlauts spelled out, `ae` for `ä`, as systems do that have no umlauts; `joined` where there are none. */
  spelledOut: string;
}

export interface Likeness {
  /** 0 to 100. */
  score: number;
  alike: MappingSuggestion['alike'];
}

/** More than this is given only to names that are the same but for how they are written. */
const MOST_FOR_OTHER_WORDS = 88;

const umlauts: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };

export const nameShape = (name: string): NameShape => {
  const { words, form } = companyName(name);
  const joined = words.join('');
  const withoutUmlauts = name.normalize('NFC').replace(/[äöü]/gi, (letter) => umlauts[letter.toLowerCase()] ?? letter);
  const spelledOut = withoutUmlauts === name ? joined : companyName(withoutUmlauts).words.join('');
  return { folded: fold(name), words, form, joined, spelledOut };
};

/** How a limited company is written out makes no other company of it. */
const sameForm: Record<string, string> = {
  limited: 'ltd',
  incorporated: 'inc',
  corporation: 'corp',
  company: 'co',
  'and company': 'and co',
  'pty limited': 'pty ltd',
  'private limited': 'pvt ltd',
  'pvt limited': 'pvt ltd',
  'spolka z oo': 'sp z oo',
};
const formOf = (form: string): string => sameForm[form] ?? form;

/** Edits between two words, of letters added, left out, changed, or in each other's place; at most `most` + 1. */
export const editsBetween = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= b.length; at += 1) {
      const changed = (before[at - 1] ?? 0) + (a[row - 1] === b[at - 1] ? 0 : 1);
      let least = Math.min(changed, (before[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1);
      if (row > 1 && at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1]) {
        least = Math.min(least, (older[at - 2] ?? 0) + 1);
      }
      line.push(least);
    }
    if (Math.min(...line) > most) return most + 1;
    older = before;
    before = line;
  }
  return before[b.length] ?? most + 1;
};

/** Short words and numbers are different as soon as one letter is. */
const typosAllowed = (word: string): number => {
  if (/\p{N}/u.test(word) || word.length < 5) return 0;
  return word.length < 9 ? 1 : 2;
};

/** 1: the same word. Less: with a slip of the pen. 0: another. */
const wordLikeness = (a: string, b: string): number => {
  if (a === b) return 1;
  const allowed = Math.min(typosAllowed(a), typosAllowed(b));
  if (allowed === 0) return 0;
  const edits = editsBetween(a, b, allowed);
  return edits > allowed ? 0 : 1 - (0.12 * edits) / allowed;
};

/** Words that say little: many companies have them. */
const weightOf = (word: string): number => (word === 'and' || word === 'of' || word === 'the' ? 1 : word.length + 2);

const numbersOf = (words: string[]): string =>
  words
    .filter((word) => /\p{N}/u.test(word))
    .sort()
    .join(' ');

/** Each word of one is paired with the likest free word of the other; in pairs by likeness, so that order is no matter. */
const byWords = (a: string[], b: string[]): number => {
  const pairs: { at: number; other: number; likeness: number }[] = [];
  for (const [at, one] of a.entries()) {
    for (const [other, two] of b.entries()) {
      const likeness = wordLikeness(one, two);
      if (likeness > 0) pairs.push({ at, other, likeness });
    }
  }
  pairs.sort((one, two) => two.likeness - one.likeness || one.at + one.other - two.at - two.other);
  const usedA = new Set<number>();
  const usedB = new Set<number>();
  let shared = 0;
  for (const { at, other, likeness } of pairs) {
    if (usedA.has(at) || usedB.has(other)) continue;
    usedA.add(at);
    usedB.add(other);
    shared += likeness * (weightOf(a[at] ?? '') + weightOf(b[other] ?? ''));
  }
  const all = [...a, ...b].reduce((sum, word) => sum + weightOf(word), 0);
  return all === 0 ? 0 : shared / all;
};

/**
 * How alike two names of companies are. 100: letter for letter, but for case and accents. From 90: the same but for
 * punctuation, a missing legal form, umlauts spelled out, or a space. Two different legal forms are two companies, and
 * so are two different numbers. The order of the two is no matter.
 */
export const likeness = (a: NameShape, b: NameShape): Likeness => {
  if (a.folded === b.folded) return { score: 100, alike: 'same' };
  if (a.joined === '' || b.joined === '') return { score: 0, alike: 'words' };
  const isOtherForm = a.form !== '' && b.form !== '' && formOf(a.form) !== formOf(b.form);
  const lacksForm = (a.form === '') !== (b.form === '');
  if (a.words.join(' ') === b.words.join(' ')) {
    if (isOtherForm) return { score: 75, alike: 'legal-form' };
    return lacksForm ? { score: 96, alike: 'legal-form' } : { score: 99, alike: 'spelling' };
  }
  const less = isOtherForm ? 20 : lacksForm ? 1 : 0;
  if (a.joined === b.joined) return { score: 94 - less, alike: 'words-joined' };
  if (a.spelledOut === b.joined || a.joined === b.spelledOut) return { score: 95 - less, alike: 'spelling' };
  const share = byWords(a.words, b.words);
  const cap = numbersOf(a.words) === numbersOf(b.words) ? MOST_FOR_OTHER_WORDS : 40;
  return { score: Math.round(Math.min(share * MOST_FOR_OTHER_WORDS, cap) * (isOtherForm ? 0.8 : 1)), alike: 'words' };
};

/** Both names are taken apart first: for one comparison. */
export const nameLikeness = (a: string, b: string): Likeness => likeness(nameShape(a), nameShape(b));
