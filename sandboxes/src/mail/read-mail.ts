const fromQuotedPrintable = (text: string): Buffer => {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  for (let at = 0; at < joined.length; at += 1) {
    const hex = /^=([0-9A-F]{2})/i.exec(joined.slice(at, at + 3))?.[1];
    if (hex) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else {
      bytes.push(...Buffer.from(joined[at] ?? ''));
    }
  }
  return Buffer.from(bytes);
};

/** Encoded words of a header (RFC 2047). */
const decodeWords = (text: string): string =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/(=\?utf-8\?[QB]\?[^?]*\?=)+/gi, (words) => {
    const parts = [...words.matchAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi)].map(([, kind, value = '']) =>
      kind?.toUpperCase() === 'B' ? Buffer.from(value, 'base64') : fromQuotedPrintable(value.replaceAll('_', ' ')),
    );
    return Buffer.concat(parts).toString('utf8');
  });

/** The parts of a mail of one plain text. */
export const readMail = (raw: string) => {
  const end = raw.indexOf('\r\n\r\n');
  const head = end < 0 ? raw : raw.slice(0, end);
  const encoded = end < 0 ? '' : raw.slice(end + 4);
  const headers: Record<string, string[]> = {};
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  const encoding = headers['content-transfer-encoding']?.[0]?.toLowerCase();
  const bytes =
    encoding === 'base64'
      ? Buffer.from(encoded, 'base64')
      : encoding === 'quoted-printable'
        ? fromQuotedPrintable(encoded)
        : Buffer.from(encoded);
  return {
    headers,
    subject: decodeWords(headers.subject?.[0] ?? ''),
    body: bytes.toString('utf8').replaceAll('\r\n', '\n').trimEnd(),
  };
};
