import type { KscClientOptions, Trust, WebProxy } from '@gatehouse/protocols/ksc-open-api';
import type { SourceAccess } from '../access.ts';

/** Whom to trust: the one certificate that was pinned, or whoever the usual authorities vouch for. */
export const trustOf = ({ certificateFingerprint }: SourceAccess): Trust =>
  certificateFingerprint === null ? 'system-authorities' : { sha256Fingerprint: certificateFingerprint };

export const proxyOf = ({ proxy }: SourceAccess): WebProxy | undefined =>
  proxy === null
    ? undefined
    : { url: proxy.url, ...(proxy.user ? { user: proxy.user, password: proxy.password } : {}) };

/** How the protocol's client reaches a server. */
export const connectionOf = (access: SourceAccess): KscClientOptions => ({
  url: access.url,
  trust: trustOf(access),
  proxy: proxyOf(access),
  credentials: { scheme: 'KSCBasic', user: access.user, password: access.password, internal: true },
});
