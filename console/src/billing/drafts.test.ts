import { type ApplicationServices, BillingSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { bodyOf, changesOf, draftOf, fieldsOf, notBilled, standingOf } from './service-drafts.ts';
import { isSameTyped, toSettings, typedOf } from './settings-form.ts';
import { thinned, usageByDay } from './usage-days.ts';

const services = (chosen: Partial<ApplicationServices> = {}): ApplicationServices => ({
  all: null,
  'windows-workstation': null,
  'windows-server': null,
  'non-windows': null,
  ...chosen,
});
const devices = { 'windows-workstation': 5, 'windows-server': 3, 'non-windows': 2, unknown: 1, total: 11 };

describe('services that are being chosen', () => {
  it('are one for an application, three by category, and one again when it is sold per user', () => {
    expect(fieldsOf(false, false)).toEqual(['all']);
    expect(fieldsOf(false, true)).toHaveLength(3);
    expect(fieldsOf(true, true)).toEqual(['all']);
  });

  it('tell at once how many devices would not be billed', () => {
    const row = { devices, perUser: false };
    expect(notBilled(row, services(), false)).toBe(11);
    expect(notBilled(row, services({ all: '1' }), false)).toBe(0);
    expect(notBilled(row, services({ 'windows-workstation': '1' }), true)).toBe(6);
    expect(notBilled({ ...row, perUser: true }, services({ 'windows-workstation': '1' }), true)).toBe(11);
  });

  it('never say that all is billed before a service was chosen and saved', () => {
    const unused = {
      ...devices,
      'windows-workstation': 0,
      'windows-server': 0,
      'non-windows': 0,
      unknown: 0,
      total: 0,
    };
    const row = { application: 'A', devices: unused, perUser: false };
    const withAll = (all: string | null, byCategory = false) => ({ byCategory, services: { A: services({ all }) } });
    expect(standingOf(row, withAll(null), withAll(null))).toEqual({ kind: 'none-chosen', devices: 0 });
    expect(standingOf({ ...row, devices }, withAll(null), withAll(null))).toEqual({ kind: 'none-chosen', devices: 11 });
    expect(standingOf({ ...row, devices }, withAll('1'), withAll(null)).kind).toBe('once-saved');
    expect(standingOf({ ...row, devices }, withAll('1'), withAll('1', true)).kind).toBe('once-saved');
    expect(standingOf({ ...row, devices }, withAll('1'), withAll('1')).kind).toBe('billed');
    const some = { byCategory: true, services: { A: services({ 'windows-server': '2' }) } };
    expect(standingOf({ ...row, devices }, some, some)).toEqual({ kind: 'not-billed', devices: 8 });
  });

  it('count as changes when they differ from what is saved, and are sent whole', () => {
    const saved = draftOf({
      byCategory: false,
      applications: [
        { application: 'A', perUser: false, services: services({ all: '1' }), devices, otherDevices: 0, notBilled: 0 },
      ],
    });
    expect(changesOf(saved, saved)).toBe(0);
    const draft = { byCategory: true, services: { A: services({ all: '1', 'windows-server': '2' }) } };
    expect(changesOf(draft, saved)).toBe(2);
    expect(bodyOf(draft)).toEqual({
      byCategory: true,
      applications: [{ application: 'A', services: services({ all: '1', 'windows-server': '2' }) }],
    });
  });
});

describe('settings that are being typed', () => {
  const settings = BillingSettings.parse({});
  it('come back as they were', () => {
    expect(BillingSettings.parse(toSettings(typedOf(settings)))).toEqual(settings);
    expect(isSameTyped(typedOf(settings), typedOf(settings))).toBe(true);
  });
  it.each(['', ' ', 'x', '0', '1001', '2.5'])('are not saved with "%s" for a percentage', (largestChangePercent) => {
    const typed = { ...typedOf(settings), largestChangePercent };
    expect(BillingSettings.safeParse(toSettings(typed)).success).toBe(false);
    expect(isSameTyped(typed, typedOf(settings))).toBe(false);
  });
});

describe('use day by day', () => {
  it('counts none on a day that was read and on which nothing was used, and leaves out days that were not', () => {
    const { applications, days } = usageByDay({
      days: ['2026-03-01', '2026-03-03'],
      items: [{ day: '2026-03-01', application: 'A', devices, otherDevices: 0 }],
    });
    expect(applications).toEqual(['A']);
    expect(days.map(({ day, devices: found }) => [day, found.get('A') ?? 0])).toEqual([
      ['2026-03-01', 11],
      ['2026-03-03', 0],
    ]);
  });
  it('keeps the newest day when it has to leave some out', () => {
    expect(thinned([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
    expect(thinned([1, 2], 3)).toEqual([1, 2]);
  });
});
