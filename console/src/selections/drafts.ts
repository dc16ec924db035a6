import { EventSelectionSettings, type SelectionAccess } from '@gatehouse/contract';
import { addressRangeOf, type EventSearch, filterOf } from '../events/index.ts';

export type Filter = EventSelectionSettings['filter'];

/** A selection while it is being edited; lists of text are kept as typed, one a line. */
export interface Draft {
  name: string;
  settings: EventSelectionSettings;
  access: SelectionAccess;
  /** As typed; '' switches the limit off. */
  mostShown: string;
  mostSearched: string;
  lines: Record<LineField, string>;
}

/** Fields of a filter that are typed one a line. */
export const maskFields = [
  'applications',
  'applicationVersions',
  'taskNames',
  'deviceNames',
  'notDeviceNames',
  'groupNames',
] as const;
export type LineField = (typeof maskFields)[number] | 'typeMasks' | 'addresses';

const isMask = (type: string) => /[*?]/.test(type);
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export const draftOf = (given: { name: string; settings: EventSelectionSettings; access: SelectionAccess }): Draft => {
  const { filter, mostShown, mostSearched } = given.settings;
  const masks = Object.fromEntries(maskFields.map((field) => [field, filter[field].join('\n')]));
  return {
    ...given,
    mostShown: mostShown === null ? '' : String(mostShown),
    mostSearched: mostSearched === null ? '' : String(mostSearched),
    lines: {
      ...(masks as Record<(typeof maskFields)[number], string>),
      typeMasks: filter.types.filter(isMask).join('\n'),
      addresses: filter.addresses.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join('\n'),
    },
  };
};

/** A new selection, beginning with what the page of events showed: a selection, narrowed by the filters of the address. */
export const newDraft = (search: EventSearch, base?: EventSelectionSettings): Draft => {
  const filter = { ...(base?.filter ?? { time: { kind: 'last', amount: 7, unit: 'days' } }), ...filterOf(search) };
  return draftOf({
    name: '',
    settings: EventSelectionSettings.parse({
      ...base,
      filter,
      ...(search.sort ? { sort: { by: search.sort, descending: search.descending ?? true } } : {}),
    }),
    access: { read: { roles: [], userIds: [] }, change: { roles: [], userIds: [] } },
  });
};

export const tabs = ['general', 'events', 'devices', 'time', 'text', 'access'] as const;
export type Tab = (typeof tabs)[number];

export interface Wrong {
  tab: Tab;
  field: 'name' | 'mostShown' | 'mostSearched' | 'addresses';
  /** Of addresses: the line, counted from 1, and what stands in it. */
  line?: number;
  text?: string;
}

export const limits = {
  mostShown: { least: 1, most: 10_000 },
  mostSearched: { least: 1, most: 1_000_000_000 },
} as const;

/** What keeps a draft from being saved. */
export const wrongsOf = (draft: Draft): Wrong[] => {
  const wrongs: Wrong[] = [];
  if (draft.name.trim() === '') wrongs.push({ tab: 'general', field: 'name' });
  for (const field of ['mostShown', 'mostSearched'] as const) {
    const typed = draft[field];
    const number = Number(typed);
    const { least, most } = limits[field];
    if (typed !== '' && !(/^\d+$/.test(typed) && number >= least && number <= most)) {
      wrongs.push({ tab: 'general', field });
    }
  }
  for (const [at, text] of draft.lines.addresses.split('\n').entries()) {
    if (text.trim() !== '' && addressRangeOf(text) === null) {
      wrongs.push({ tab: 'devices', field: 'addresses', line: at + 1, text: text.trim() });
    }
  }
  return wrongs;
};

/** A draft without wrongs as the server takes it. */
export const savedOf = (draft: Draft): { name: string; settings: EventSelectionSettings; access: SelectionAccess } => {
  const { settings, lines } = draft;
  const masks = Object.fromEntries(maskFields.map((field) => [field, linesOf(lines[field])]));
  return {
    name: draft.name.trim(),
    access: draft.access,
    settings: {
      ...settings,
      mostShown: draft.mostShown === '' ? null : Number(draft.mostShown),
      mostSearched: draft.mostSearched === '' ? null : Number(draft.mostSearched),
      filter: {
        ...settings.filter,
        ...masks,
        types: [...settings.filter.types.filter((type) => !isMask(type)), ...linesOf(lines.typeMasks)],
        addresses: linesOf(lines.addresses).flatMap((line) => addressRangeOf(line) ?? []),
      },
    },
  };
};
