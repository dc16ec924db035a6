import { describe, expect, it, test } from 'vitest';
import type { LicenseKeyUse } from '../sources/index.ts';
import { applicationOf, isPerUser } from './applications.ts';
import { assign, type ServiceChoice } from './assign.ts';
import { type ApplicationUse, type BilledDevice, countUses } from './count.ts';

const now = new Date('2026-03-04T05:06:07Z');
const key = (holders: string[], more: Partial<LicenseKeyUse> = {}): LicenseKeyUse => ({
  serialNumber: 'K1',
  productName: 'Endpoint',
  kind: 'commercial',
  expiresAt: new Date('2027-01-01T00:00:00Z'),
  isStopped: false,
  deviceLimit: null,
  holders: holders.map((deviceId) => ({
    deviceId,
    deviceName: deviceId,
    category: 'windows-workstation' as const,
    expiresAt: null,
  })),
  ...more,
});
const ids = (uses: ApplicationUse[]): string[] => (uses[0]?.devices ?? []).map(({ deviceId }) => deviceId);

describe('an application is what was sold, without the terms of the sale', () => {
  it.each([
    [
      'Kaspersky Endpoint Security for Business - Select European Edition. 25-49 Node 1 year Base License',
      'Kaspersky Endpoint Security for Business - Select',
    ],
    [
      'Kaspersky Total Security for Business North American Edition. 10-14 Node 2 year',
      'Kaspersky Total Security for Business',
    ],
    ['Kaspersky Security for Mail Server, 100-149 MailAddress 1 year', 'Kaspersky Security for Mail Server'],
    ['Kaspersky Security for Mail Server. 5 MailAddress 6 months', 'Kaspersky Security for Mail Server'],
    ['Kaspersky Security 10.1.2 Server', 'Kaspersky Security 10.1.2 Server'],
    ['Gatehouse endpoint', 'Gatehouse endpoint'],
    ['  Gatehouse   endpoint ', 'Gatehouse endpoint'],
    ['Product 2026 Edition', 'Product 2026 Edition'],
    ['European Edition', 'European Edition'],
    ['', 'Unnamed application'],
  ])('%s', (name, application) => {
    expect(applicationOf(name)).toBe(application);
  });

  it.each([
    ['Kaspersky Endpoint Security Cloud Plus European Edition. 10-14 User 1 year Base License', true],
    ['Kaspersky Endpoint Security Cloud Plus', true],
    ['Kaspersky Endpoint Security for Business - Select European Edition. 25-49 Node 1 year', false],
    ['User Manager', false],
  ])('%s is sold per user: %s', (name, perUser) => {
    expect(isPerUser(name)).toBe(perUser);
  });
});

describe('a device counts', () => {
  it('once for an application, by the key that lasts longest', () => {
    const uses = countUses(
      [key(['a', 'b']), key(['b'], { serialNumber: 'K2', kind: 'subscription', expiresAt: null })],
      now,
    );
    expect(ids(uses)).toEqual(['a', 'b']);
    expect(uses[0]?.devices.map(({ serialNumber }) => serialNumber)).toEqual(['K1', 'K2']);
  });

  it.each<[string, Partial<LicenseKeyUse>]>([
    ['a trial', { kind: 'trial' }],
    ['an OEM key', { kind: 'oem' }],
    ['an expired key', { expiresAt: now }],
    ['a subscription that was stopped', { kind: 'subscription', isStopped: true }],
  ])('not with %s, and is told apart', (_, more) => {
    expect(countUses([key(['a'], more)], now)).toMatchObject([{ devices: [], otherDevices: 1, uncertain: null }]);
  });

  it('not when the key has ended on the device itself', () => {
    const ended = key(['a']);
    for (const holder of ended.holders) holder.expiresAt = new Date('2026-03-04T05:06:06Z');
    expect(ids(countUses([ended], now))).toEqual([]);
  });

  it('with doubt when the server does not tell what kind of key it is', () => {
    const [use] = countUses([key(['a'], { kind: 'unknown' })], now);
    expect(use?.uncertain).toContain('K1');
  });
});

describe('devices come to their services', () => {
  const device = (deviceId: string, category: BilledDevice['category']): BilledDevice => ({
    deviceId,
    deviceName: deviceId,
    serialNumber: 'K1',
    category,
  });
  const use = (devices: BilledDevice[], more: Partial<ApplicationUse> = {}): ApplicationUse => ({
    application: 'Endpoint',
    perUser: false,
    devices,
    otherDevices: 0,
    uncertain: null,
    ...more,
  });
  const choice = (services: object, more: Partial<ServiceChoice> = {}): ServiceChoice => ({
    byCategory: true,
    perUser: new Set(),
    services: new Map([
      [
        'Endpoint',
        { all: null, 'windows-workstation': null, 'windows-server': null, 'non-windows': null, ...services },
      ],
    ]),
    ...more,
  });
  const all = [device('w', 'windows-workstation'), device('s', 'windows-server'), device('n', 'non-windows')];

  it('by what they are', () => {
    const chosen = { 'windows-workstation': '1', 'windows-server': '2', 'non-windows': '3' };
    expect(assign([use(all)], choice(chosen)).wanted.map(({ serviceId, units }) => [serviceId, units])).toEqual([
      ['1', 1],
      ['2', 1],
      ['3', 1],
    ]);
  });

  it('all to one service when the application is sold per user, also when nobody uses it any more', () => {
    const chosen = choice({ all: '7', 'windows-server': '2' }, { perUser: new Set(['Endpoint']) });
    expect(assign([use(all, { perUser: true })], chosen).wanted).toMatchObject([{ serviceId: '7', units: 3 }]);
    expect(assign([], chosen).wanted).toMatchObject([{ serviceId: '7', units: 0 }]);
  });

  it('and are added up where two of them lead to the same service', () => {
    const chosen = { 'windows-workstation': '1', 'windows-server': '1', 'non-windows': null };
    const { wanted, notBilled } = assign([use(all)], choice(chosen));
    expect(wanted).toMatchObject([{ serviceId: '1', units: 2, parts: [{ devices: 1 }, { devices: 1 }] }]);
    expect(notBilled).toEqual([{ application: 'Endpoint', category: 'non-windows', devices: 1 }]);
  });

  it('and whoever never told its system makes taking away uncertain, and is not billed in silence', () => {
    const { wanted, notBilled } = assign([use([...all, device('x', null)])], choice({ 'windows-workstation': '1' }));
    expect(wanted[0]?.uncertain).toContain('x never told');
    expect(notBilled).toContainEqual({ application: 'Endpoint', category: null, devices: 1 });
  });

  test('an application without any choice is not billed', () => {
    expect(assign([use(all)], { byCategory: false, perUser: new Set(), services: new Map() })).toEqual({
      wanted: [],
      notBilled: [{ application: 'Endpoint', category: null, devices: 3 }],
    });
  });
});
