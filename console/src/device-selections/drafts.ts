import {
  type DeviceFilterInput,
  type DeviceSelectionSettings,
  type DeviceTime,
  readAddressRange,
  type SelectionAccess,
  DeviceSelectionSettings as Settings,
} from '@gatehouse/contract';

export type Filter = DeviceSelectionSettings['filter'];

/** Fields of a filter that are typed one a line. */
export const maskFields = ['names', 'notNames', 'osNames', 'agentVersions', 'securityApplications'] as const;
export type LineField = (typeof maskFields)[number] | 'addresses';

/** Moments of a device that a filter can ask for. */
export const timeFields = ['lastSeen', 'lastConnected', 'added', 'lastScan', 'databases'] as const;
export type TimeField = (typeof timeFields)[number];

/** Questions with the answers yes, no and all the same. */
export const flagFields = [
  'unassigned',
  'visible',
  'isServer',
  'agentInstalled',
  'securityInstalled',
  'protectionRunning',
  'restartRequired',
  'activeThreats',
  'detections',
  'sameName',
] as const;
export type FlagField = (typeof flagFields)[number];

/** A selection while it is being edited; lists of text and numbers are kept as typed. */
export interface Draft {
  name: string;
  settings: DeviceSelectionSettings;
  access: SelectionAccess;
  lines: Record<LineField, string>;
  /** Of times that are counted back from now: how many, as typed. */
  amounts: Record<TimeField, string>;
}

export const tabs = ['general', 'network', 'system', 'state', 'access'] as const;
export type Tab = (typeof tabs)[number];

export interface Wrong {
  tab: Tab;
  field: 'name' | 'addresses' | TimeField;
  /** Of addresses: the line, counted from 1, and what stands in it. */
  line?: number;
  text?: string;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const isCounted = (time: DeviceTime): time is Extract<DeviceTime, { amount: number }> =>
  time.kind === 'within' || time.kind === 'before';

export const draftOf = (given: { name: string; settings: DeviceSelectionSettings; access: SelectionAccess }): Draft => {
  const { filter } = given.settings;
  const masks = Object.fromEntries(maskFields.map((field) => [field, filter[field].join('\n')]));
  const amounts = timeFields.map((field) => {
    const time = filter[field];
    return [field, String(isCounted(time) ? time.amount : 7)];
  });
  return {
    name: given.name,
    settings: given.settings,
    access: given.access,
    lines: { ...(masks as Record<(typeof maskFields)[number], string>), addresses: filter.addresses.join('\n') },
    amounts: Object.fromEntries(amounts) as Draft['amounts'],
  };
};

/** A new selection, beginning with what the list of devices showed: a selection, narrowed by the filters of the address. */
export const newDraft = (filter: DeviceFilterInput, base?: DeviceSelectionSettings): Draft =>
  draftOf({
    name: '',
    settings: Settings.parse({ ...base, filter: { ...base?.filter, ...filter } }),
    access: { read: { roles: [], userIds: [] }, change: { roles: [], userIds: [] } },
  });

const isAmount = (typed: string): boolean => /^\d{1,6}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 100_000;

/** What keeps a draft from being saved. */
export const wrongsOf = (draft: Draft): Wrong[] => [
  ...(draft.name.trim() === '' ? [{ tab: 'general' as const, field: 'name' as const }] : []),
  ...draft.lines.addresses
    .split('\n')
    .flatMap((text, at) =>
      text.trim() !== '' && readAddressRange(text) === null
        ? [{ tab: 'network' as const, field: 'addresses' as const, line: at + 1, text: text.trim() }]
        : [],
    ),
  ...timeFields.flatMap((field) =>
    isCounted(draft.settings.filter[field]) && !isAmount(draft.amounts[field])
      ? [{ tab: 'state' as const, field }]
      : [],
  ),
];

/** A draft without wrongs as the server takes it. */
export const savedOf = (draft: Draft) => {
  const { settings, lines, amounts } = draft;
  const masks = Object.fromEntries(maskFields.map((field) => [field, linesOf(lines[field])]));
  const times = Object.fromEntries(
    timeFields.map((field) => {
      const time = settings.filter[field];
      return [field, isCounted(time) ? { ...time, amount: Number(amounts[field]) } : time];
    }),
  );
  return {
    name: draft.name.trim(),
    access: draft.access,
    settings: { ...settings, filter: { ...settings.filter, ...masks, ...times, addresses: linesOf(lines.addresses) } },
  };
};
