import { type AgentPolicySettings, PolicySettings, policySettingKeys } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { draftOfProfile, draftOfSettings, profileFrom, settingsFrom, type TypedSchedule } from './draft.ts';

const when = { runMissed: false, spreadMinutes: 30 };
const full: AgentPolicySettings = {
  realTimeProtection: { enabled: false, watchedFolders: ['/srv', 'C:\\Data'] },
  scan: {
    schedule: { every: 'week', weekday: 0, minuteOfDay: 390, ...when },
    mode: 'full',
    excludedFolders: [],
    action: 'quarantine',
    largestFileBytes: 50 * 1_048_576,
  },
  databaseUpdates: { schedule: { every: 'hours', hours: 2, ...when } },
  vulnerabilitySearch: { schedule: { every: 'never' } },
  quarantine: { keepDays: 7 },
  encryption: { systemVolumeRequired: false },
  incompatibleApplications: { names: ['other-antivirus'] },
};

describe('a form of settings', () => {
  it('gives back what was put into it, with every setting, and nothing for what is not set', () => {
    expect(PolicySettings.parse(full)).toEqual(full);
    const draft = draftOfSettings({ settings: full, locked: ['scan.mode'] });
    expect(policySettingKeys.filter((key) => !draft[key].isSet)).toEqual([]);
    expect(settingsFrom(draft)).toEqual({ settings: full, locked: ['scan.mode'], wrongs: new Map() });
    expect(settingsFrom(draftOfSettings({ settings: {}, locked: [] }))).toMatchObject({ settings: {}, locked: [] });
  });

  it('says of each setting what is wrong with it, and is silent about those that are not set', () => {
    const draft = draftOfSettings({ settings: full, locked: [] });
    const schedule = draft['scan.schedule'].typed as TypedSchedule;
    const typed = {
      'realTimeProtection.watchedFolders': 'srv/data',
      'scan.schedule': { ...schedule, time: '24:00' },
      'databaseUpdates.schedule': { ...schedule, every: 'hours', hours: '0' } as TypedSchedule,
      'quarantine.keepDays': '',
      'scan.largestFileBytes': '1.5',
      'scan.excludedFolders': '/a\n/a',
    } as const;
    for (const [key, value] of Object.entries(typed)) draft[key as keyof typeof typed].typed = value;
    expect(Object.fromEntries(settingsFrom(draft).wrongs)).toEqual({
      'realTimeProtection.watchedFolders': 'foldersWrong',
      'scan.schedule': 'timeWrong',
      'databaseUpdates.schedule': 'hoursWrong',
      'quarantine.keepDays': 'daysWrong',
      'scan.largestFileBytes': 'megabytesWrong',
      'scan.excludedFolders': 'foldersWrong',
    });
    draft['quarantine.keepDays'].isSet = false;
    expect(settingsFrom(draft).wrongs.has('quarantine.keepDays')).toBe(false);
  });
});

describe('a form of a profile', () => {
  it('reads tags and addresses a line each, and tells which of them cannot be', () => {
    const draft = { ...draftOfProfile(null), name: 'Site', tags: ' lab \n\nkiosk', ipRanges: '10.1.0.0/16' };
    expect(profileFrom(draft).profile).toMatchObject({
      name: 'Site',
      enabled: true,
      condition: { tags: ['lab', 'kiosk'], ipRanges: ['10.1.0.0/16'], deviceKind: 'any', osFamilies: [] },
    });
    const wrong = profileFrom({ ...draft, name: ' ', ipRanges: '10.1.0.300' });
    expect(wrong.profile).toBeNull();
    expect(wrong.issues).toMatchObject({
      name: 'Type a name',
      ipRanges: expect.stringContaining('Must be an address'),
    });
  });
});
