import type { addSource, CallOf, Source, testSource } from '@gatehouse/contract';

export type SourceTrust = 'authorities' | 'fingerprint' | 'file';

/** What is typed for an Administration Server. */
export interface TypedSource {
  name: string;
  url: string;
  user: string;
  password: string;
  trust: SourceTrust;
  fingerprint: string;
  /** PEM text, or DER bytes in base64. */
  certificate: string;
  useProxy: boolean;
  proxyUrl: string;
  proxyUser: string;
  proxyPassword: string;
}
export type SourceField = 'name' | 'url' | 'user' | 'password' | 'fingerprint' | 'certificate' | 'proxyUrl';
export type SourceIssue = 'missing' | 'fingerprintIssue' | 'fileMissing';

/** Secrets never come back, so their fields are empty. */
export const typedSourceOf = (source: Source | null): TypedSource => ({
  name: source?.name ?? '',
  url: source?.url ?? '',
  user: source?.user ?? '',
  password: '',
  trust: source ? (source.certificateFingerprint ? 'fingerprint' : 'authorities') : 'fingerprint',
  fingerprint: source?.certificateFingerprint ?? '',
  certificate: '',
  useProxy: Boolean(source?.proxy),
  proxyUrl: source?.proxy?.url ?? '',
  proxyUser: source?.proxy?.user ?? '',
  proxyPassword: '',
});

/** The first thing wrong with each field. A saved password may stay empty as long as the address stays. */
export const sourceIssuesOf = (
  typed: TypedSource,
  source: Source | null,
): Partial<Record<SourceField, SourceIssue>> => {
  const issues: Partial<Record<SourceField, SourceIssue>> = {};
  for (const field of ['name', 'url', 'user'] as const) if (typed[field].trim() === '') issues[field] = 'missing';
  if (typed.password === '' && (!source || source.url !== typed.url.trim())) issues.password = 'missing';
  if (typed.trust === 'fingerprint' && !/^([0-9a-f]{2}[:\s]*){32}$/i.test(typed.fingerprint.trim())) {
    issues.fingerprint = 'fingerprintIssue';
  }
  if (typed.trust === 'file' && typed.certificate === '') issues.certificate = 'fileMissing';
  if (typed.useProxy && typed.proxyUrl.trim() === '') issues.proxyUrl = 'missing';
  return issues;
};

type Access = Omit<CallOf<typeof testSource>['body'], 'sourceId'>;

/** What is sent: a secret that is empty is left out, so that it keeps its value. */
export const sourceAccessOf = (typed: TypedSource): Access => ({
  url: typed.url.trim(),
  user: typed.user.trim(),
  ...(typed.password === '' ? {} : { password: typed.password }),
  ...(typed.trust === 'file'
    ? { certificate: typed.certificate }
    : {
        certificateFingerprint: typed.trust === 'authorities' ? null : typed.fingerprint.replaceAll(/\s/g, ''),
      }),
  proxy: typed.useProxy
    ? {
        url: typed.proxyUrl.trim(),
        user: typed.proxyUser.trim(),
        ...(typed.proxyPassword === '' ? {} : { password: typed.proxyPassword }),
      }
    : null,
});

/** Of a server that is added: everything is there, or `sourceIssuesOf` said so. */
export const newSourceOf = (typed: TypedSource): CallOf<typeof addSource>['body'] => {
  const { url, user, password, ...rest } = sourceAccessOf(typed);
  return { name: typed.name.trim(), url: url ?? '', user: user ?? '', password: password ?? '', ...rest };
};

/** A file as it is sent: PEM as text, anything else as base64. */
export const certificateTextOf = (bytes: Uint8Array): string => {
  // One character for each byte, which is what base64 of a browser takes; TextDecoder's latin1 is windows-1252.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return text.includes('-----BEGIN CERTIFICATE-----') ? text : btoa(text);
};
