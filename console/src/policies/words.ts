import type {
  AgentSchedule,
  DevicePolicyState,
  PolicyProfile,
  PolicySettingKey,
  PolicyState,
} from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { useText } from '../platform/index.ts';
import { editors, timeOf } from './draft.ts';
import { policyMessages } from './messages.ts';

const MEGABYTE = 1_048_576;
/** A Sunday, from which weekdays are counted for their names. */
const A_SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;

/** The sections of settings with their headings. */
export const sections = {
  realTimeProtection: 'sectionRealTimeProtection',
  scan: 'sectionScan',
  databaseUpdates: 'sectionDatabaseUpdates',
  vulnerabilitySearch: 'sectionVulnerabilitySearch',
  quarantine: 'sectionQuarantine',
  encryption: 'sectionEncryption',
  incompatibleApplications: 'sectionIncompatibleApplications',
} as const;

/** Words for settings, their values and the states of policies. */
export const usePolicyWords = () => {
  const text = useText(policyMessages);
  const intl = useIntl();
  const weekday = (number: number): string =>
    intl.formatDate(A_SUNDAY + number * DAY_MS, { weekday: 'long', timeZone: 'UTC' });

  const schedule = (value: AgentSchedule): string => {
    if (value.every === 'never') return text('never');
    let words =
      value.every === 'hours'
        ? text('everyHours', { hours: value.hours })
        : value.every === 'day'
          ? text('everyDay', { time: timeOf(value.minuteOfDay) })
          : text('everyWeek', { weekday: weekday(value.weekday), time: timeOf(value.minuteOfDay) });
    if (value.spreadMinutes > 0) words = text('withSpread', { schedule: words, minutes: value.spreadMinutes });
    return value.runMissed ? words : text('withoutMissed', { schedule: words });
  };

  return {
    weekday,
    /** Below the heading of its section. */
    title: (key: PolicySettingKey): string => text(key),
    /** Where no heading says what it is about. */
    longTitle: (key: PolicySettingKey): string => {
      const section = text(sections[key.split('.')[0] as keyof typeof sections]);
      return section === text(key) ? section : text('inSection', { section, setting: text(key) });
    },
    state: (state: PolicyState): string => text(state),
    deviceState: (state: DevicePolicyState): string => text(state === 'applied' ? 'appliedState' : state),
    value: (key: PolicySettingKey, value: unknown): string => {
      switch (editors[key]) {
        case 'flag':
          return text(value ? 'on' : 'off');
        case 'requirement':
          return text(value ? 'required' : 'notRequired');
        case 'folders':
        case 'names':
          return (value as string[]).join(', ') || text('nothing');
        case 'schedule':
          return schedule(value as AgentSchedule);
        case 'megabytes':
          return text('megabytes', { count: Math.round(((value as number) / MEGABYTE) * 100) / 100 });
        case 'days':
          return text('days', { count: value as number });
        default:
          return text(value as 'quick' | 'full' | 'report' | 'quarantine');
      }
    },
    condition: ({ tags, deviceKind, osFamilies, ipRanges }: PolicyProfile['condition']): string =>
      [
        ...(tags.length > 0 ? [text('withTags', { tags: tags.join(', ') })] : []),
        ...(deviceKind === 'any' ? [] : [text(deviceKind)]),
        ...(osFamilies.length > 0 ? [osFamilies.map((family) => text(family)).join(', ')] : []),
        ...(ipRanges.length > 0 ? [text('withAddresses', { ranges: ipRanges.join(', ') })] : []),
      ].join('; ') || text('everyDevice'),
  };
};
