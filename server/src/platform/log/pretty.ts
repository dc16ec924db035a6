const colours: Record<string, string> = {
  trace: '\x1b[90m',
  debug: '\x1b[90m',
  info: '\x1b[36m',
  warn: '\x1b[33m',
  error: '\x1b[31m',
  fatal: '\x1b[41m',
};
const RESET = '\x1b[0m';
const GREY = '\x1b[90m';

const isControl = (code: number) => (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160);

// A log line may carry text from outside; its control characters must not steer the terminal.
const harmless = (text: string) =>
  Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return isControl(code) ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  }).join('');

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : (JSON.stringify(value) ?? '');

/** A line of JSON log as a line for people: `12:04:05.123 info  http: listening port=8080`. Errors follow with their stack. */
export const prettyLine = (line: string, { colour }: { colour: boolean }): string => {
  const { level, time, part, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown> & {
    level: string;
    time: string;
    part?: string;
    msg?: string;
    err?: { stack?: string; message?: string };
  };
  const paint = (code: string | undefined, text: string) =>
    colour && code ? code + harmless(text) + RESET : harmless(text);
  const tail = Object.entries(fields).map(([name, value]) => `${paint(GREY, `${name}=`)}${harmless(shown(value))}`);
  const words = [
    paint(GREY, String(time).slice(11, 23)),
    paint(colours[level], level.padEnd(5)),
    harmless([part ? `${part}:` : '', msg ?? ''].filter(Boolean).join(' ')),
    ...tail,
  ];
  const stack = err ? `\n${err.stack ?? err.message ?? ''}` : '';
  return `${words.join(' ')}${harmless(stack)}\n`;
};
