/** Letters that Unicode does not take apart into a letter and a mark. */
const letters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
};

/** For comparing and searching: lower case without accents, one space between words; signs stay. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøłđðþıħ]/g, (letter) => letters[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Legal forms, as words are after folding: dots are gone and single letters stand together. Longer ones come first
 * where one ends with another.
 */
const legalForms = [
  'gmbh and co kgaa',
  'gmbh and co ohg',
  'gmbh and co kg',
  'ug and co kg',
  'ag and co kg',
  'and co kg',
  'ug haftungsbeschrankt',
  'private limited',
  'pvt limited',
  'pvt ltd',
  'pty limited',
  'pty ltd',
  'pte ltd',
  'sdn bhd',
  'sp z oo',
  'spolka z oo',
  'sa de cv',
  'de cv',
  'and co',
  'and company',
  ...'ltd limited llc inc incorporated corp corporation co company plc llp lp'.split(' '),
  ...'gmbh mbh ggmbh ag kg kgaa ohg ug gbr ek ev eg se'.split(' '),
  ...'sa sas sasu sarl eurl snc sl slu srl spa sapa sc scrl'.split(' '),
  ...'bv nv vof cv ab as asa aps oy oyj hb kb'.split(' '),
  ...'kft zrt nyrt bt doo dd ad eood ood sro spzoo ks'.split(' '),
  ...'pty pte pvt bhd sdn kk ltda eireli ltee'.split(' '),
  ...'ооо оао зао пао ао ип тоо тов'.split(' '),
].map((form) => form.split(' '));

/** Forms that also stand before the name. */
const leadingForms = new Set('ооо оао зао пао ао ип тоо тов pt cv ud'.split(' '));

export interface CompanyName {
  /** Words without the legal form. */
  words: string[];
  /** The legal forms that were left out, joined; empty when there was none. */
  form: string;
}

/** What is said the same way about every company. */
const spelledOut: Record<string, string> = { '&': ' and ', '+': ' and ', '@': ' at ' };

const endsWith = (words: string[], form: string[]): boolean =>
  words.length > form.length && form.every((word, at) => words[words.length - form.length + at] === word);

/** Initials belong together, however they are written: `J.B.`, `J. B.` and `JB` are the same. */
const withInitials = (words: string[]): string[] => {
  const joined: string[] = [];
  let wasSingle = false;
  for (const word of words) {
    const isSingle = /^\p{L}$/u.test(word);
    if (isSingle && wasSingle) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
    wasSingle = isSingle;
  }
  return joined;
};

/**
 * A company's name as people mean it: without case, accents, punctuation and legal form. A name that is nothing else
 * than a legal form keeps it.
 */
export const companyName = (name: string): CompanyName => {
  const plain = fold(name)
    .replace(/[&+@]/g, (sign) => spelledOut[sign] ?? ' ')
    .replace(/['’‘`´]/g, '')
    // Dots between single letters hold an abbreviation together; other dots part words.
    .replace(/(?<!\p{L})(?:\p{L}\.)+\p{L}?(?!\p{L})/gu, (initials) => initials.replaceAll('.', ''))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  // Polish `sp. z o.o.`: a `z` between is no initial.
  let words = withInitials(plain.split(' ').filter((word) => word !== ''));
  const found: string[] = [];
  for (;;) {
    const form = legalForms.find((each) => endsWith(words, each));
    if (!form) break;
    found.unshift(form.join(' '));
    words = words.slice(0, -form.length);
  }
  const [first = ''] = words;
  if (words.length > 1 && leadingForms.has(first)) {
    found.push(first);
    words = words.slice(1);
  }
  if (words.length > 1 && words[0] === 'the') words = words.slice(1);
  return { words, form: found.join(' ') };
};
