import { AgentPolicy } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { type LocalSettings, putTogether } from './in-force.ts';
import { isAway } from './policy.ts';

const policyOf = (more: object): AgentPolicy => AgentPolicy.parse({ id: 'p', name: 'Base', settings: {}, ...more });
const nothing: LocalSettings = { watch: undefined, exclude: undefined, largestFileBytes: undefined };
const watching = { realTimeProtection: { enabled: true, watchedFolders: ['/policy'] } };

describe('settings of a device', () => {
  it('come from the policy where the device has none of its own, and from the device where it has', () => {
    const policy = policyOf({ settings: { ...watching, scan: { excludedFolders: ['/x'], largestFileBytes: 2048 } } });
    expect(putTogether(policy, nothing, false)).toMatchObject({
      watchedFolders: ['/policy'],
      excludedFolders: ['/x'],
      largestFileBytes: 2048,
    });
    expect(putTogether(policy, { watch: ['/own'], exclude: [], largestFileBytes: 4096 }, false)).toMatchObject({
      watchedFolders: ['/own'],
      excludedFolders: [],
      largestFileBytes: 4096,
    });
  });

  it('that the policy locks are the policy’s, whatever the device has of its own', () => {
    const locked = ['realTimeProtection.enabled', 'realTimeProtection.watchedFolders', 'scan.excludedFolders'];
    const policy = policyOf({ settings: { ...watching, scan: { excludedFolders: [] } }, locked });
    const own = { watch: ['/own'], exclude: ['/'], largestFileBytes: undefined };
    expect(putTogether(policy, own, false)).toMatchObject({ watchedFolders: ['/policy'], excludedFolders: [] });
  });

  it('leave nothing watched where protection is off, but keep the folders for quick scans', () => {
    const off = policyOf({ settings: { realTimeProtection: { enabled: false, watchedFolders: ['/policy'] } } });
    expect(putTogether(off, nothing, false)).toMatchObject({ watchedFolders: [], quickScanFolders: ['/policy'] });
    expect(putTogether(off, { ...nothing, watch: ['/own'] }, false).watchedFolders).toEqual(['/own']);
    const lockedOff = policyOf({
      settings: { realTimeProtection: { enabled: false } },
      locked: ['realTimeProtection.enabled'],
    });
    expect(putTogether(lockedOff, { ...nothing, watch: ['/own'] }, false).watchedFolders).toEqual([]);
  });

  it('for folders of another system are left out', () => {
    const policy = policyOf({ settings: { realTimeProtection: { watchedFolders: ['C:\\Data', '/srv'] } } });
    expect(putTogether(policy, nothing, false).watchedFolders).toEqual(['/srv']);
  });
});

describe('out of office', () => {
  const outOfOffice = { name: 'Travelling', afterMissedSyncs: 3, settings: { scan: { mode: 'full' } }, locked: [] };
  const policy = policyOf({ settings: { scan: { mode: 'quick' } }, outOfOffice });
  const reached = { reachedAt: new Date(0), syncSeconds: 60 };

  it('is a device that missed so many syncs in a row, and no sooner', () => {
    expect(isAway(policy, reached, new Date(179_999))).toBe(false);
    expect(isAway(policy, reached, new Date(180_000))).toBe(true);
    expect(isAway(policyOf({}), reached, new Date(999_000))).toBe(false);
    expect(isAway(null, reached, new Date(999_000))).toBe(false);
  });

  it('has settings of its own in force; a policy without any goes on', () => {
    expect(putTogether(policy, nothing, true)).toMatchObject({
      policyName: 'Travelling',
      isOutOfOffice: true,
      scan: { mode: 'full' },
    });
    expect(putTogether(policyOf({ settings: { scan: { mode: 'full' } } }), nothing, true)).toMatchObject({
      isOutOfOffice: false,
      scan: { mode: 'full' },
    });
  });
});
