import type { CefMessage } from './message.ts';

/** A header has no sign for line breaks; they become blanks. */
const headerField = (value: string): string => value.replace(/[\r\n]+/g, ' ').replace(/[\\|]/g, '\\$&');

const extensionValue = (value: string): string =>
  value.replace(/[\\=\r\n]/g, (sign) => (sign === '\n' ? '\\n' : sign === '\r' ? '\\r' : `\\${sign}`));

const extensionKey = (key: string): string => key.replace(/[^\w.[\]-]/g, '_') || '_';

/** One line, from `CEF:` on. */
export const writeCef = (message: CefMessage): string => {
  const { vendor, product, deviceVersion, classId, name, severity } = message;
  const header = [vendor, product, deviceVersion, classId, name, severity].map(headerField).join('|');
  const extension = [...message.extension].map(([key, value]) => `${extensionKey(key)}=${extensionValue(value)}`);
  return `CEF:${message.version}|${header}|${extension.join(' ')}`;
};
