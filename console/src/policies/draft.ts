import {
  type AgentPolicySettings,
  type AgentSchedule,
  PolicyProfile,
  type PolicySettingKey,
  PolicySettings,
  policySettingKeys,
  policyValue,
  settingsOfValues,
} from '@gatehouse/contract';

/** A schedule as it is typed: what another kind of schedule needs is kept while one looks at this. */
export interface TypedSchedule {
  every: AgentSchedule['every'];
  hours: string;
  weekday: string;
  /** `06:30` */
  time: string;
  runMissed: boolean;
  spread: string;
}

export type Typed = boolean | string | TypedSchedule;

export interface SettingDraft {
  isSet: boolean;
  typed: Typed;
  locked: boolean;
}
export type SettingsDraft = Record<PolicySettingKey, SettingDraft>;

/** How a setting is edited. */
export const editors = {
  'realTimeProtection.enabled': 'flag',
  'realTimeProtection.watchedFolders': 'folders',
  'scan.schedule': 'schedule',
  'scan.mode': 'mode',
  'scan.excludedFolders': 'folders',
  'scan.action': 'action',
  'scan.largestFileBytes': 'megabytes',
  'databaseUpdates.schedule': 'schedule',
  'vulnerabilitySearch.schedule': 'schedule',
  'quarantine.keepDays': 'days',
  'encryption.systemVolumeRequired': 'requirement',
  'incompatibleApplications.names': 'names',
} as const satisfies Record<PolicySettingKey, string>;
type Editor = (typeof editors)[PolicySettingKey];

const MEGABYTE = 1_048_576;
const usualSchedule: TypedSchedule = {
  every: 'day',
  hours: '6',
  weekday: '1',
  time: '12:00',
  runMissed: true,
  spread: '0',
};
const usual: Record<Editor, Typed> = {
  flag: true,
  requirement: true,
  folders: '',
  names: '',
  schedule: usualSchedule,
  mode: 'quick',
  action: 'report',
  megabytes: '100',
  days: '30',
};

const two = (count: number) => String(count).padStart(2, '0');
export const timeOf = (minuteOfDay: number): string => `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const typedSchedule = (schedule: AgentSchedule): TypedSchedule => {
  if (schedule.every === 'never') return { ...usualSchedule, every: 'never' };
  const { runMissed, spreadMinutes } = schedule;
  return {
    ...usualSchedule,
    every: schedule.every,
    runMissed,
    spread: String(spreadMinutes),
    ...(schedule.every === 'hours' ? { hours: String(schedule.hours) } : { time: timeOf(schedule.minuteOfDay) }),
    ...(schedule.every === 'week' ? { weekday: String(schedule.weekday) } : {}),
  };
};

const typedOf = (key: PolicySettingKey, value: unknown): Typed => {
  switch (editors[key]) {
    case 'folders':
    case 'names':
      return (value as string[]).join('\n');
    case 'schedule':
      return typedSchedule(value as AgentSchedule);
    case 'megabytes':
      return String(Math.ceil((value as number) / MEGABYTE));
    case 'days':
      return String(value);
    default:
      return value as boolean | string;
  }
};

export const draftOfSettings = ({
  settings,
  locked,
}: {
  settings: AgentPolicySettings;
  locked: readonly string[];
}): SettingsDraft =>
  Object.fromEntries(
    policySettingKeys.map((key) => {
      const value = policyValue(settings, key);
      const typed = value === undefined ? usual[editors[key]] : typedOf(key, value);
      return [key, { isSet: value !== undefined, typed, locked: locked.includes(key) }];
    }),
  ) as SettingsDraft;

/** What is wrong, as the key of a text. */
export type Wrong =
  | 'daysWrong'
  | 'megabytesWrong'
  | 'hoursWrong'
  | 'spreadWrong'
  | 'timeWrong'
  | 'foldersWrong'
  | 'namesWrong';

const whole = (text: string): number => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN);

const scheduleFrom = (typed: TypedSchedule): { value: object } | { wrong: Wrong } => {
  const { every, runMissed } = typed;
  if (every === 'never') return { value: { every } };
  const spreadMinutes = whole(typed.spread);
  if (!(spreadMinutes <= 720)) return { wrong: 'spreadWrong' };
  const when = { runMissed, spreadMinutes };
  if (every === 'hours') {
    const hours = whole(typed.hours);
    return hours >= 1 && hours <= 168 ? { value: { every, hours, ...when } } : { wrong: 'hoursWrong' };
  }
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(typed.time.trim()) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return { wrong: 'timeWrong' };
  const minuteOfDay = Number(hour) * 60 + Number(minute);
  return {
    value:
      every === 'day'
        ? { every, minuteOfDay, ...when }
        : { every, weekday: Number(typed.weekday), minuteOfDay, ...when },
  };
};

const valueFrom = (key: PolicySettingKey, typed: Typed): { value: unknown } | { wrong: Wrong } => {
  const editor = editors[key];
  switch (editor) {
    case 'folders':
    case 'names': {
      const value = linesOf(typed as string);
      const isGood = PolicySettings.safeParse(settingsOfValues([[key, value]])).success;
      return isGood ? { value } : { wrong: editor === 'folders' ? 'foldersWrong' : 'namesWrong' };
    }
    case 'schedule':
      return scheduleFrom(typed as TypedSchedule);
    case 'megabytes': {
      const count = whole(typed as string);
      return count >= 1 && count <= 4096 ? { value: count * MEGABYTE } : { wrong: 'megabytesWrong' };
    }
    case 'days': {
      const count = whole(typed as string);
      return count >= 1 && count <= 3650 ? { value: count } : { wrong: 'daysWrong' };
    }
    default:
      return { value: typed };
  }
};

/** The settings that were typed; what is wrong is left out and named. */
export const settingsFrom = (draft: SettingsDraft) => {
  const wrongs = new Map<PolicySettingKey, Wrong>();
  const values: [PolicySettingKey, unknown][] = [];
  for (const key of policySettingKeys) {
    const { isSet, typed } = draft[key];
    if (!isSet) continue;
    const read = valueFrom(key, typed);
    if ('wrong' in read) wrongs.set(key, read.wrong);
    else values.push([key, read.value]);
  }
  const locked = policySettingKeys.filter((key) => draft[key].isSet && draft[key].locked);
  return { settings: settingsOfValues(values), locked, wrongs };
};

/** A profile as it is typed. */
export interface ProfileDraft {
  name: string;
  enabled: boolean;
  tags: string;
  deviceKind: PolicyProfile['condition']['deviceKind'];
  osFamilies: PolicyProfile['condition']['osFamilies'];
  ipRanges: string;
  settings: SettingsDraft;
}

export const draftOfProfile = (profile: PolicyProfile | null): ProfileDraft => ({
  name: profile?.name ?? '',
  enabled: profile?.enabled ?? true,
  tags: profile?.condition.tags.join('\n') ?? '',
  deviceKind: profile?.condition.deviceKind ?? 'any',
  osFamilies: profile?.condition.osFamilies ?? [],
  ipRanges: profile?.condition.ipRanges.join('\n') ?? '',
  settings: draftOfSettings(profile ?? { settings: {}, locked: [] }),
});

/** The profile that was typed, or what is wrong with it: fields by what the contract says of them, and settings. */
export const profileFrom = (draft: ProfileDraft) => {
  const { settings, locked, wrongs } = settingsFrom(draft.settings);
  const read = PolicyProfile.safeParse({
    name: draft.name,
    enabled: draft.enabled,
    condition: {
      tags: linesOf(draft.tags),
      deviceKind: draft.deviceKind,
      osFamilies: draft.osFamilies,
      ipRanges: linesOf(draft.ipRanges),
    },
    settings,
    locked,
  });
  const issue = (field: string) => read.error?.issues.find(({ path }) => path.includes(field))?.message;
  return {
    profile: wrongs.size === 0 ? (read.data ?? null) : null,
    wrongs,
    issues: { name: issue('name'), tags: issue('tags'), ipRanges: issue('ipRanges') },
  };
};
