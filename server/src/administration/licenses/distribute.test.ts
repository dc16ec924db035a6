import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../platform/clock/index.ts';
import { distribute, type Offer, type ServedDevice } from './distribute.ts';
import { isGood, isOpenTo, type LicenseKey } from './key.ts';

const NOW = new Date('2026-03-04T12:00:00.000Z');
const MAIN = 'main';
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

const aKey = (serialNumber: string, words: Partial<LicenseKey> = {}): LicenseKey => ({
  ...{ id: serialNumber, serialNumber, productName: 'Gatehouse endpoint', applicationId: null, kind: 'commercial' },
  ...{ tenantId: null, sharing: { with: 'all' }, deviceLimit: null, createdAt: inDays(-100), expiresAt: inDays(300) },
  ...{ termDays: null, blockedAt: null, automatic: true, overLimitAllowed: false, information: '' },
  ...{ hasActivationCode: false, addedAt: inDays(-100) },
  ...words,
});
const anOffer = (serialNumber: string, words: Partial<LicenseKey> = {}, taken = 0): Offer => ({
  key: aKey(serialNumber, words),
  taken,
});
const aDevice = (deviceId: string, seats: ServedDevice['seats'] = [], tenantId = 'a'): ServedDevice => ({
  deviceId,
  tenantId,
  seats,
});
const held = (serialNumber: string, how: 'active' | 'reserve' = 'active') => ({
  ...{ serialNumber, assigned: 'automatic' as const, withheld: false, held: how },
});
const given = (devices: ServedDevice[], offers: Offer[]) =>
  distribute({ devices, offers, mainTenantId: MAIN, now: NOW }).grants.map(
    ({ deviceId, serialNumber }) => `${deviceId} ${serialNumber}`,
  );

describe('automatic keys', () => {
  it('go to devices without a good key, the longest enrolled first, and never over the limit', () => {
    const devices = ['d3', 'd1', 'd2'].map((id) => aDevice(id));
    expect(given(devices, [anOffer('K', { deviceLimit: 2 })])).toEqual(['d1 K', 'd2 K']);
    expect(given(devices, [anOffer('K', { deviceLimit: 2 }, 2)])).toEqual([]);
    expect(given(devices, [anOffer('K', { deviceLimit: 1, overLimitAllowed: true }, 1)])).toHaveLength(3);
  });

  it('are taken from the own client before the main server, bought ones before trials, the longest first', () => {
    const offers = [
      anOffer('SHARED'),
      anOffer('OWN', { tenantId: 'a', expiresAt: inDays(60), deviceLimit: 1 }),
      anOffer('LONGER', { expiresAt: null, deviceLimit: 1 }),
      anOffer('TRIAL', { kind: 'trial', expiresAt: null }),
    ];
    const devices = ['d1', 'd2', 'd3', 'd4'].map((id) => aDevice(id));
    expect(given(devices, offers)).toEqual(['d1 OWN', 'd2 LONGER', 'd3 SHARED', 'd4 SHARED']);
  });

  it('go over a limit only when no other key has room', () => {
    const offers = [
      anOffer('A', { deviceLimit: 1, overLimitAllowed: true }, 1),
      anOffer('B', { expiresAt: inDays(40) }),
    ];
    expect(given([aDevice('d1')], offers)).toEqual(['d1 B']);
  });

  it('come as a reserve before the last good key ends, and not twice', () => {
    const ending = anOffer('OLD', { expiresAt: inDays(20) }, 1);
    const fresh = anOffer('NEW', { expiresAt: inDays(365) });
    expect(given([aDevice('d1', [held('OLD')])], [ending, fresh])).toEqual(['d1 NEW']);
    expect(given([aDevice('d1', [held('OLD'), held('NEW', 'reserve')])], [ending, fresh])).toEqual([]);
    const sooner = anOffer('SOONER', { expiresAt: inDays(10) });
    expect(given([aDevice('d1', [held('OLD')])], [ending, sooner])).toEqual([]);
  });

  it('leave alone who was given one by hand, holds one of his own, or had it taken away', () => {
    const offers = [anOffer('AUTO'), anOffer('HAND', { automatic: false })];
    const seat = { assigned: null, withheld: false, held: null };
    expect(given([aDevice('d1', [{ ...seat, serialNumber: 'HAND', assigned: 'manual' }])], offers)).toEqual([]);
    expect(given([aDevice('d1', [{ ...seat, serialNumber: 'HAND', held: 'active' }])], offers)).toEqual([]);
    expect(given([aDevice('d1', [{ ...seat, serialNumber: 'AUTO', withheld: true }])], offers)).toEqual([]);
  });

  it('are not given to other clients, nor when blocked, ended or switched off', () => {
    const offers = [
      anOffer('OTHERS', { tenantId: 'b', sharing: { with: 'nobody' } }),
      anOffer('MINE', { sharing: { with: 'nobody' } }),
      anOffer('SOME', { sharing: { with: 'some', tenantIds: ['c'] } }),
      anOffer('BLOCKED', { blockedAt: inDays(-1) }),
      anOffer('ENDED', { expiresAt: NOW }),
      anOffer('OFF', { automatic: false }),
    ];
    expect(given([aDevice('d1')], offers)).toEqual([]);
    expect(given([aDevice('d1', [], MAIN)], offers)).toEqual(['d1 MINE']);
    expect(given([aDevice('d1', [], 'c')], offers)).toEqual(['d1 SOME']);
  });

  it('are given back when another good one is in use, or the client may use them no longer', () => {
    const offers = [anOffer('OLD', { expiresAt: inDays(-1) }), anOffer('NEW'), anOffer('GONE', { tenantId: 'b' })];
    const returnsOf = (seats: ServedDevice['seats']) =>
      distribute({ devices: [aDevice('d1', seats)], offers, mainTenantId: MAIN, now: NOW }).returns.map(
        ({ serialNumber }) => serialNumber,
      );
    // Before the device says that it uses the new one, the old one is all that it surely has.
    expect(returnsOf([held('OLD'), held('NEW', 'reserve')])).toEqual([]);
    expect(returnsOf([held('OLD', 'reserve'), held('NEW')])).toEqual(['OLD']);
    expect(returnsOf([held('NEW'), held('GONE')])).toEqual(['GONE']);
    expect(returnsOf([{ ...held('GONE'), assigned: 'manual' }])).toEqual([]);
  });
});

const keys = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('K1', 'K2', 'K3', 'K4', 'K5', 'K6'),
      product: fc.constantFrom('P', 'Q'),
      kind: fc.constantFrom('commercial' as const, 'trial' as const, 'subscription' as const),
      tenantId: fc.constantFrom(null, 'a', 'b'),
      shared: fc.boolean(),
      limit: fc.option(fc.integer({ min: 1, max: 5 })),
      days: fc.option(fc.integer({ min: -10, max: 90 })),
      blocked: fc.boolean(),
      automatic: fc.boolean(),
      over: fc.boolean(),
    }),
    { selector: ({ name }) => name, maxLength: 6 },
  )
  .map((all) =>
    all.map((word) =>
      aKey(word.name, {
        ...{ productName: word.product, kind: word.kind, tenantId: word.tenantId, deviceLimit: word.limit },
        sharing: { with: word.tenantId === null && word.shared ? 'all' : 'nobody' },
        expiresAt: word.days === null ? null : inDays(word.days),
        ...{ blockedAt: word.blocked ? inDays(-5) : null, automatic: word.automatic, overLimitAllowed: word.over },
      }),
    ),
  );
const devices = fc
  .array(
    fc.record({
      tenantId: fc.constantFrom('a', 'b', MAIN),
      seats: fc.uniqueArray(
        fc.record({
          serialNumber: fc.constantFrom('K1', 'K2', 'K3', 'STRANGE'),
          assigned: fc.constantFrom(null, 'manual' as const, 'automatic' as const),
          withheld: fc.boolean(),
          held: fc.constantFrom(null, 'active' as const, 'reserve' as const),
        }),
        { selector: ({ serialNumber }) => serialNumber, maxLength: 3 },
      ),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((device, index) => ({ ...device, deviceId: `d${String(index).padStart(2, '0')}` })));

const takenOf = (all: ServedDevice[], serialNumber: string) =>
  all.filter(({ seats }) =>
    seats.some((seat) => seat.serialNumber === serialNumber && (seat.assigned !== null || seat.held !== null)),
  ).length;
const offersFor = (all: LicenseKey[], some: ServedDevice[]): Offer[] =>
  all.map((key) => ({ key, taken: takenOf(some, key.serialNumber) }));

describe('whatever keys and devices there are', () => {
  it('no key gets over its limit, none goes where it may not, and the same state has the same outcome in any order', () => {
    fc.assert(
      fc.property(keys, devices, fc.infiniteStream(fc.nat()), (all, some, dice) => {
        const offers = offersFor(all, some);
        const result = distribute({ devices: some, offers, mainTenantId: MAIN, now: NOW });
        const shuffle = <T>(list: T[]): T[] =>
          list
            .map((item) => ({ item, at: dice.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        expect(distribute({ devices: shuffle(some), offers: shuffle(offers), mainTenantId: MAIN, now: NOW })).toEqual(
          result,
        );
        for (const { key, taken } of offers) {
          const granted = result.grants.filter(({ serialNumber }) => serialNumber === key.serialNumber);
          if (key.deviceLimit !== null && !key.overLimitAllowed) {
            expect(granted.length).toBeLessThanOrEqual(Math.max(0, key.deviceLimit - taken));
          }
          for (const { tenantId } of granted) {
            expect(key.automatic && isGood(key, NOW) && isOpenTo(key, tenantId, MAIN)).toBe(true);
          }
        }
        expect(new Set(result.grants.map((grant) => `${grant.deviceId} ${grant.serialNumber}`)).size).toBe(
          result.grants.length,
        );
      }),
      { numRuns: 400 },
    );
  });

  it('is done after one round: the next one gives nothing more', () => {
    fc.assert(
      fc.property(keys, devices, (all, some) => {
        const { grants } = distribute({ devices: some, offers: offersFor(all, some), mainTenantId: MAIN, now: NOW });
        const after = some.map((device) => ({
          ...device,
          seats: [
            ...device.seats,
            ...grants
              .filter(({ deviceId }) => deviceId === device.deviceId)
              .map(({ serialNumber }) => ({
                serialNumber,
                assigned: 'automatic' as const,
                withheld: false,
                held: null,
              })),
          ],
        }));
        expect(
          distribute({ devices: after, offers: offersFor(all, after), mainTenantId: MAIN, now: NOW }).grants,
        ).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('a device that enrols later takes no key from one that was there', () => {
    fc.assert(
      fc.property(keys, devices, (all, some) => {
        const offers = offersFor(all, some);
        const late = aDevice('z', [], 'a');
        const before = distribute({ devices: some, offers, mainTenantId: MAIN, now: NOW }).grants;
        const after = distribute({ devices: [late, ...some], offers, mainTenantId: MAIN, now: NOW }).grants;
        expect(after.filter(({ deviceId }) => deviceId !== 'z')).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});
