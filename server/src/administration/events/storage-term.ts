import type { EventType } from './catalogue.ts';

/**
 * Days that an event of this type is kept which comes from a device of this group; 0 is not stored. Null: from no group.
 * A changed term holds for events to come; what is stored keeps the expiry that it got.
 */
export type StorageTermOf = (type: EventType, groupId: number | null) => number;

/** The terms that hold where nobody set others. */
export const defaultTerms: StorageTermOf = (type) => type.storageTermDays;
