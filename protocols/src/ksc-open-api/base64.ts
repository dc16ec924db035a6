/** Base64 that tells wrong from right: Buffer alone skips what it does not know. */

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @returns undefined when the text is no base64. Padding may be missing; line breaks and blanks may be inside. */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const dense = text.replace(/\s+/g, '');
  if (!BASE64.test(dense) || dense.replace(/=+$/, '').length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(dense, 'base64'));
};

/** @returns undefined when the text is no base64 or its bytes are no UTF-8 */
export const decodeBase64Text = (text: string): string | undefined => {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return undefined;
  const decoded = Buffer.from(bytes).toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined;
};

export const encodeBase64Text = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
