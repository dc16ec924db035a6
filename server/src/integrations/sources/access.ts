import { X509Certificate } from 'node:crypto';
import { BadFormat, parseServerUrl } from '@gatehouse/protocols/ksc-open-api';
import { InvalidInput } from '../../platform/errors/index.ts';

/** A proxy on the way to a source. */
export interface ProxyAccess {
  url: string;
  /** Empty: the proxy asks for nobody. */
  user: string;
  password: string;
}

/** Where and as whom a source is read. */
export interface SourceAccess {
  /** With its port, as `serverUrl` writes it. */
  url: string;
  user: string;
  password: string;
  /** SHA-256 of the certificate that alone is trusted; null: the usual authorities decide. */
  certificateFingerprint: string | null;
  proxy: ProxyAccess | null;
}

const wrong = (where: string, what: string, code?: `${string}.${string}`): InvalidInput =>
  new InvalidInput(what, [{ where, what }], code);

/** A host, a host with port or a URL, as people write them, as `https://host:port`. @throws InvalidInput */
export const serverUrl = (typed: string): string => {
  const text = typed.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (hasScheme && !/^https:/i.test(text)) {
    throw wrong('body.url', 'The Open API is reached over https; leave the beginning out or write https://');
  }
  const isBareV6 = !hasScheme && !text.startsWith('[') && text.split(':').length > 2;
  try {
    const { host, port } = parseServerUrl(hasScheme ? text : `https://${isBareV6 ? `[${text}]` : text}`);
    return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  } catch (error) {
    if (!(error instanceof BadFormat)) throw error;
    throw wrong('body.url', 'Type a host, a host with port, or an address such as https://ksc.example.com:13299');
  }
};

/** @throws InvalidInput */
export const proxyUrl = (typed: string): string => {
  const text = typed.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '' || url.pathname !== '/' || url.search !== '') {
    throw wrong('body.proxy.url', 'Type an address such as http://proxy.example.com:3128');
  }
  // What stands in an address is shown on pages and in messages.
  if (url.username !== '' || url.password !== '') {
    throw wrong('body.proxy.url', 'User and password belong into their own fields, not into the address');
  }
  return url.origin;
};

/** The SHA-256 of a certificate file: PEM text, or DER bytes in base64. @throws InvalidInput */
export const fingerprintOfFile = (file: string): string => {
  try {
    const isPem = file.includes('-----BEGIN CERTIFICATE-----');
    return new X509Certificate(isPem ? file : Buffer.from(file, 'base64')).fingerprint256;
  } catch {
    throw wrong(
      'body.certificate',
      'This is no certificate: choose the server’s klserver.cer, or another file in PEM or DER form',
      'source.certificate-unreadable',
    );
  }
};

/** One form for showing and comparing: upper case, with colons. */
export const shownFingerprint = (text: string): string =>
  text.replaceAll(/[\s:]/g, '').toUpperCase().match(/../g)?.join(':') ?? text;
