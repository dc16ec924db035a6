import type { Source } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { certificateTextOf, newSourceOf, sourceAccessOf, sourceIssuesOf, typedSourceOf } from './source-form.ts';

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const saved: Source = {
  id: '019a0000-0000-7000-8000-000000000001',
  kind: 'administration-server',
  name: 'Branch office',
  url: 'https://ksc.example.com:13299',
  user: 'reader',
  certificateFingerprint: fingerprint,
  proxy: { url: 'http://proxy:3128', user: 'way', hasPassword: true },
  isLocal: false,
  enabled: true,
  lastReadAt: null,
  problem: null,
  failingSince: null,
  nextTryAt: null,
  tenants: 1,
};

describe('the form of an Administration Server', () => {
  it('asks for everything that a new one needs', () => {
    expect(sourceIssuesOf(typedSourceOf(null), null)).toEqual({
      name: 'missing',
      url: 'missing',
      user: 'missing',
      password: 'missing',
      fingerprint: 'fingerprintIssue',
    });
  });

  it('lets a saved password stay as long as the address stays', () => {
    const typed = typedSourceOf(saved);
    expect(sourceIssuesOf(typed, saved)).toEqual({});
    expect(sourceIssuesOf({ ...typed, url: 'https://other:13299' }, saved)).toEqual({ password: 'missing' });
  });

  it('sends no secret that was not typed', () => {
    expect(sourceAccessOf(typedSourceOf(saved))).toEqual({
      url: saved.url,
      user: 'reader',
      certificateFingerprint: fingerprint,
      proxy: { url: 'http://proxy:3128', user: 'way' },
    });
  });

  it('sends one kind of trust and never two', () => {
    const typed = { ...typedSourceOf(saved), certificate: 'PEM', useProxy: false };
    expect(sourceAccessOf({ ...typed, trust: 'file' })).toMatchObject({ certificate: 'PEM', proxy: null });
    expect(sourceAccessOf({ ...typed, trust: 'file' })).not.toHaveProperty('certificateFingerprint');
    expect(sourceAccessOf({ ...typed, trust: 'authorities' })).toMatchObject({ certificateFingerprint: null });
  });

  it('takes a fingerprint as people copy it', () => {
    const typed = { ...typedSourceOf(null), name: ' Head office ', url: 'ksc', user: 'u', password: ' p ' };
    const copied = { ...typed, fingerprint: ` ${fingerprint.replaceAll(':', ' ')} ` };
    expect(sourceIssuesOf(copied, null)).toEqual({});
    expect(newSourceOf(copied)).toMatchObject({
      name: 'Head office',
      password: ' p ',
      certificateFingerprint: 'AB'.repeat(32),
    });
  });

  it('asks for the file and for the proxy where they are chosen', () => {
    const typed = { ...typedSourceOf(saved), trust: 'file' as const, proxyUrl: ' ' };
    expect(sourceIssuesOf(typed, saved)).toEqual({ certificate: 'fileMissing', proxyUrl: 'missing' });
  });

  it('sends a PEM file as text and a DER file as base64', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(certificateTextOf(new TextEncoder().encode(pem))).toBe(pem);
    expect(certificateTextOf(Uint8Array.of(0x30, 0x82, 0xff))).toBe('MIL/');
  });
});
