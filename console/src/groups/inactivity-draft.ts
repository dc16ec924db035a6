import type { GroupInactivity } from '@gatehouse/contract';

/** The settings for inactive devices while they are being edited; days are kept as typed. */
export interface InactivityDraft {
  isOwn: boolean;
  notifies: boolean;
  notifyDays: string;
  removes: boolean;
  removeDays: string;
  forced: boolean;
}

export const draftOf = (own: GroupInactivity | null, effective: GroupInactivity): InactivityDraft => {
  const { notifyAfterDays, removeAfterDays } = own ?? effective;
  return {
    isOwn: own !== null,
    notifies: notifyAfterDays !== null,
    notifyDays: String(notifyAfterDays ?? 7),
    removes: removeAfterDays !== null,
    removeDays: String(removeAfterDays ?? 60),
    forced: own?.forced ?? false,
  };
};

const isDays = (typed: string): boolean => /^\d{1,4}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 3650;

/** Which fields cannot be saved so. */
export const wrongsOf = (draft: InactivityDraft): ('notifyDays' | 'removeDays')[] => [
  ...(draft.isOwn && draft.notifies && !isDays(draft.notifyDays) ? ['notifyDays' as const] : []),
  ...(draft.isOwn && draft.removes && !isDays(draft.removeDays) ? ['removeDays' as const] : []),
];

/** A draft without wrongs as the server takes it; null: as the group above says. */
export const savedOf = (draft: InactivityDraft): GroupInactivity | null =>
  draft.isOwn
    ? {
        notifyAfterDays: draft.notifies ? Number(draft.notifyDays) : null,
        removeAfterDays: draft.removes ? Number(draft.removeDays) : null,
        forced: draft.forced,
      }
    : null;
