import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Authorization,
  BadFormat,
  buildAuthorization,
  buildVirtualServer,
  decodeDomain,
  parseAuthorization,
  parseCallPath,
  parseVirtualServer,
  UnencodableValue,
} from './index.ts';

const user = Buffer.from('api-user').toString('base64');
const pass = Buffer.from('password').toString('base64');

describe('the Authorization header', () => {
  it('is built as the documentation shows it', () => {
    expect(buildAuthorization({ scheme: 'KSCBasic', user: 'api-user', password: 'password', internal: true })).toBe(
      'KSCBasic user="YXBpLXVzZXI=", pass="cGFzc3dvcmQ=", internal="1"',
    );
  });

  it.each([
    [`KSCBasic user="${user}", pass="${pass}", internal="1"`, { internal: true }],
    [`KSCBasic user="${user}",pass="${pass}",internal="0"`, { internal: false }],
    [`kscbasic  pass=${pass} , user=${user} ,internal=true`, { internal: true }],
    [`KSCBasic internal=false, domain="", pass="${pass}", user="${user}"`, { internal: false }],
    [`KSCBasic user="${user}", pass="${pass}", domain="CORP", internal=1`, { domain: 'CORP', internal: true }],
    [`KSCBasic user="${user}", pass="${pass}"`, {}],
    [`KSCBasic user="${user}" pass="${pass}",`, {}],
  ])('is read in every shape that clients send: %s', (header, more) => {
    expect(parseAuthorization(header)).toEqual({ scheme: 'KSCBasic', user: 'api-user', password: 'password', ...more });
  });

  it('brings any user and password through, whatever characters they have', () => {
    const basic = fc.record({
      scheme: fc.constant('KSCBasic' as const),
      user: fc.string({ unit: 'grapheme', minLength: 1 }),
      password: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(basic, (authorization) => {
        expect(parseAuthorization(buildAuthorization(authorization))).toEqual(authorization);
      }),
      { numRuns: 500 },
    );
  });

  it.each<Authorization>([
    { scheme: 'KSCT', token: 'nsPbUpP1oAVZlM1lODEbg8A==' },
    { scheme: 'KSCWT', token: 'web' },
    { scheme: 'KSCGW', token: 'gate' },
    { scheme: 'KSCMFA', totp: '123456' },
    { scheme: 'NTLM', message: 'TlRMTVNTUAAB' },
  ])('of the scheme $scheme is recognised', (authorization) => {
    expect(parseAuthorization(buildAuthorization(authorization))).toEqual(authorization);
  });

  it('that is absent is no authorization, and one that cannot be read is BadFormat', () => {
    expect(parseAuthorization(undefined)).toBeUndefined();
    expect(parseAuthorization('  ')).toBeUndefined();
    for (const header of [
      'Basic YTpi',
      'KSCT',
      'KSCBasic',
      `KSCBasic user="${user}"; pass="${pass}"`,
      `KSCBasic user="***", pass="${pass}"`,
      `KSCBasic user="/w==", pass="${pass}"`,
      `KSCBasic user="${user}", pass="${pass}", internal="maybe"`,
      'KSCMFA code="1"',
    ]) {
      expect(() => parseAuthorization(header), header).toThrow(BadFormat);
    }
  });

  it('never repeats a secret in an error', () => {
    try {
      parseAuthorization('hunter2');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('survives any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        try {
          parseAuthorization(`KSCBasic ${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(BadFormat);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('cannot be broken out of by a token or domain', () => {
    expect(() => buildAuthorization({ scheme: 'KSCT', token: 'a\r\nX-Other: 1' })).toThrow(UnencodableValue);
    expect(() =>
      buildAuthorization({ scheme: 'KSCBasic', user: 'u', password: 'p', domain: 'a", internal="0' }),
    ).toThrow(UnencodableValue);
  });

  it('may carry its domain as base64', () => {
    expect(decodeDomain(Buffer.from('CORP').toString('base64'))).toBe('CORP');
    expect(decodeDomain('corp.example')).toBeUndefined();
  });
});

describe('the X-KSC-VServer header', () => {
  it('carries the display name, and is not sent for the main server', () => {
    expect(buildVirtualServer('Customer A')).toBe('Q3VzdG9tZXIgQQ==');
    expect(parseVirtualServer('Q3VzdG9tZXIgQQ==')).toBe('Customer A');
    expect(parseVirtualServer(buildVirtualServer('Müller & Søn'))).toBe('Müller & Søn');
    expect(buildVirtualServer('')).toBeUndefined();
  });

  it('means the main server when it is absent, empty or x', () => {
    for (const header of [undefined, '', ' ', 'x']) expect(parseVirtualServer(header)).toBe('');
  });

  it('that is no base64 never means the main server', () => {
    for (const header of ['Customer A!', 'xx.x', 'y', '/////w==']) {
      expect(() => parseVirtualServer(header), header).toThrow(BadFormat);
    }
  });
});

describe('the path of a call', () => {
  it('is read from its end: method, class, instance', () => {
    expect(parseCallPath('/api/v1.0/HostGroup.FindHosts')).toEqual({
      instance: '',
      className: 'HostGroup',
      method: 'FindHosts',
    });
    expect(parseCallPath('/api/v1.0/one.two.NagHstCtl.Start')).toEqual({
      instance: 'one.two',
      className: 'NagHstCtl',
      method: 'Start',
    });
    for (const path of ['/api/v1.0/login', '/api/v1.0/', '/api/v1.0/.x', '/other/A.B', '/api/v1.0/A.B%20']) {
      expect(parseCallPath(path), path).toBeUndefined();
    }
  });
});
