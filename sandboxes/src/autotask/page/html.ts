/** Text that is safe to put into a page: made by `html` only. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

type Part = Markup | Markup[] | string | number | null;

/** A template whose parts are escaped unless they were made by `html` themselves. Null shows nothing. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(texts.map((text, index) => text + rendered(parts[index] ?? null)).join(''));

const rendered = (part: Part): string => {
  if (part === null) return '';
  if (part instanceof Markup) return part.source;
  if (Array.isArray(part)) return part.map((one) => one.source).join('');
  return escaped(String(part));
};
