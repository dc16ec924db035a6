/** What stands for the names between percent signs. */
export type TemplateValues = Readonly<Record<string, string>>;

const MOST_VALUE_CHARACTERS = 2000;
const MOST_SUBJECT_CHARACTERS = 250;

/** The cut may leave half of a character. */
export const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text.toWellFormed();

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS_BUT_LINES = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Values are put in once: a value that looks like a placeholder stays as it is. */
const fill = (template: string, values: TemplateValues): string =>
  template.replaceAll(/%%|%([A-Z_]+)%/g, (all, name?: string) =>
    name === undefined ? '%' : name in values ? cut(values[name] ?? '', MOST_VALUE_CHARACTERS) : all,
  );

/** One line without control characters, so that no value can begin another header. */
export const subjectOf = (template: string, values: TemplateValues): string =>
  cut(fill(template, values).replace(CONTROLS, ' ').trim(), MOST_SUBJECT_CHARACTERS);

/** Plain text. */
export const bodyOf = (template: string, values: TemplateValues): string =>
  fill(template.replaceAll('\r\n', '\n'), values).replaceAll('\r\n', '\n').replace(CONTROLS_BUT_LINES, ' ');
