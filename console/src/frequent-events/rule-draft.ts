import { FrequentEventSettings } from '@gatehouse/contract';

/** The numbers of the rule, in the order in which they are asked for, with what the server takes. */
export const numbers = {
  budgetPerDay: { least: 10, most: 1_000_000_000 },
  roomForDays: { least: 1, most: 3650 },
  windowMinutes: { least: 1, most: 60 },
  minimumEvents: { least: 10, most: 100_000_000 },
  sharePercent: { least: 1, most: 100 },
  calmWindows: { least: 1, most: 1000 },
  noticeHours: { least: 1, most: 8760 },
  historyDays: { least: 1, most: 3650 },
} as const;
export type NumberName = keyof typeof numbers;
export const numberNames = Object.keys(numbers) as NumberName[];

/** What is typed into the form. */
export type RuleDraft = Record<NumberName, string> & { enabled: boolean };

export const draftOf = (settings: FrequentEventSettings): RuleDraft => ({
  ...(Object.fromEntries(numberNames.map((name) => [name, String(settings[name] ?? '')])) as Record<
    NumberName,
    string
  >),
  enabled: settings.enabled,
});

/** The settings that were typed, or the names of what cannot be read. */
export const readDraft = (
  draft: RuleDraft,
): { settings: FrequentEventSettings; wrong: [] } | { settings: null; wrong: NumberName[] } => {
  const typed = Object.fromEntries(
    numberNames.map((name) => {
      const word = draft[name].trim();
      if (word === '' && name === 'budgetPerDay') return [name, null];
      return [name, /^\d{1,12}$/.test(word) ? Number(word) : Number.NaN];
    }),
  );
  const read = FrequentEventSettings.safeParse({ ...typed, enabled: draft.enabled });
  if (read.success) return { settings: read.data, wrong: [] };
  return { settings: null, wrong: [...new Set(read.error.issues.map(({ path }) => path[0] as NumberName))] };
};
