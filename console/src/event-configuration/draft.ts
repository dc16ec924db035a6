import { type ConfiguredEventType, type EventSetting, LONGEST_STORAGE_TERM_DAYS } from '@gatehouse/contract';

/** As typed. Undefined: the chosen types differ and nobody touched it, so it stays as it is in each. */
export interface Draft {
  stored: boolean | undefined;
  /** A number that is being written is not yet a number. */
  days: string;
  exportToSiem: boolean | undefined;
  osLog: boolean | undefined;
  notifyByMail: boolean | undefined;
  notifyBySms: boolean | undefined;
  locked: boolean | undefined;
}

const common = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** What the chosen types have in common. */
export const draftOf = (types: readonly ConfiguredEventType[]): Draft => {
  const settings = types.map(({ setting }) => setting);
  const term = common(settings.map(({ storageTermDays }) => storageTermDays));
  return {
    stored: common(settings.map(({ storageTermDays }) => storageTermDays > 0)),
    days: term === undefined || term === 0 ? '' : String(term),
    exportToSiem: common(settings.map(({ exportToSiem }) => exportToSiem)),
    osLog: common(settings.map(({ osLog }) => osLog)),
    notifyByMail: common(settings.map(({ notifyByMail }) => notifyByMail)),
    notifyBySms: common(settings.map(({ notifyBySms }) => notifyBySms)),
    // A lock from above is not this place's own.
    locked: common(types.map(({ own, setting }) => own && setting.locked)),
  };
};

/** Days must be given where events shall be stored, unless the chosen types differ and keep what they have. */
export const isTermBad = ({ stored, days }: Draft, before: Draft): boolean => {
  if (stored === false || (days === before.days && stored === before.stored)) return false;
  return !/^\d{1,5}$/.test(days) || Number(days) < 1 || Number(days) > LONGEST_STORAGE_TERM_DAYS;
};

/** What is to be changed in all of the chosen types; null when nothing is. */
export const changeOf = (draft: Draft, before: Draft): Partial<EventSetting> | null => {
  const change: Partial<EventSetting> = {};
  if (draft.stored !== before.stored || draft.days !== before.days) {
    if (draft.stored === false) change.storageTermDays = 0;
    else if (draft.days !== '') change.storageTermDays = Number(draft.days);
  }
  for (const key of ['exportToSiem', 'osLog', 'notifyByMail', 'notifyBySms', 'locked'] as const) {
    const value = draft[key];
    if (value !== undefined && value !== before[key]) change[key] = value;
  }
  return Object.keys(change).length > 0 ? change : null;
};
