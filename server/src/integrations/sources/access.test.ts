import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../platform/errors/index.ts';
import { fingerprintOfFile, proxyUrl, serverUrl } from './access.ts';

const whereOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.issues[0]?.where;
  }
};

describe('the address of a server', () => {
  it.each([
    ['ksc.example.com', 'https://ksc.example.com:13299'],
    ['ksc.example.com:14000', 'https://ksc.example.com:14000'],
    ['  KSC ', 'https://ksc:13299'],
    ['https://ksc.example.com', 'https://ksc.example.com:13299'],
    ['https://ksc.example.com:443/', 'https://ksc.example.com:443'],
    ['192.0.2.7:13299', 'https://192.0.2.7:13299'],
    ['2001:db8::7', 'https://[2001:db8::7]:13299'],
    ['[2001:db8::7]:14000', 'https://[2001:db8::7]:14000'],
  ])('may be written as %s', (typed, url) => {
    expect(serverUrl(typed)).toBe(url);
  });

  it.each(['http://ksc.example.com', 'ksc example', 'https://ksc/api', 'https://u:p@ksc', 'ksc:99999', 'ldap://ksc'])(
    'is refused as %s, beside its field',
    (typed) => {
      expect(whereOf(() => serverUrl(typed))).toBe('body.url');
    },
  );
});

describe('the address of a proxy', () => {
  it.each([
    ['proxy:3128', 'http://proxy:3128'],
    ['https://proxy.example.com:8443', 'https://proxy.example.com:8443'],
  ])('may be written as %s', (typed, url) => {
    expect(proxyUrl(typed)).toBe(url);
  });

  it.each(['ftp://proxy', 'http://user:word@proxy', 'proxy/path', ''])('is refused as "%s"', (typed) => {
    expect(whereOf(() => proxyUrl(typed))).toBe('body.proxy.url');
  });
});

describe('the file of a certificate', () => {
  it('is taken as PEM and as DER', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'ksc' }], { keyType: 'ec', algorithm: 'sha256' });
    const { fingerprint256, raw } = new X509Certificate(cert);
    expect(fingerprintOfFile(cert)).toBe(fingerprint256);
    expect(fingerprintOfFile(`some words before\n${cert}`)).toBe(fingerprint256);
    expect(fingerprintOfFile(Buffer.from(raw).toString('base64'))).toBe(fingerprint256);
  });

  it.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'QUJD'])(
    'is refused when it is none: "%s"',
    (file) => {
      expect(whereOf(() => fingerprintOfFile(file))).toBe('body.certificate');
    },
  );
});
