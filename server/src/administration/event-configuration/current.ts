import { type OwnEventSetting, type SettingOf, settingsByGroupId } from './settings.ts';

/** Another process may have changed the settings; what it changed holds here after this at the latest. */
const REFRESH_MS = 5000;

/**
 * The settings that hold now, in memory, since every event asks for them. Read again when they were changed here, and
 * when what is in memory has become old.
 */
export const createEventConfiguration = ({
  load,
  elapsedMs = () => performance.now(),
}: {
  load: () => Promise<{ own: readonly OwnEventSetting[]; groups: readonly { id: number; path: string }[] }>;
  elapsedMs?: () => number;
}) => {
  let current: SettingOf | null = null;
  let somethingLogged = false;
  let readAt = 0;
  let changes = 0;
  let reading: Promise<SettingOf> | null = null;

  const read = async (): Promise<SettingOf> => {
    for (;;) {
      const seen = changes;
      const startedAt = elapsedMs();
      const { own, groups } = await load();
      const settingOf = settingsByGroupId(own, groups);
      // What was changed while it was read may be missing in it.
      if (seen !== changes) continue;
      current = settingOf;
      somethingLogged = own.some(({ setting }) => setting.osLog);
      readAt = startedAt;
      return settingOf;
    }
  };

  const settings = async (): Promise<SettingOf> => {
    if (current && elapsedMs() - readAt < REFRESH_MS) return current;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };

  return {
    settings,
    /** Whether events of any type, in any group, are written to the operating system's log. */
    isSomethingLogged: async (): Promise<boolean> => {
      await settings();
      return somethingLogged;
    },
    /** Call it when settings or groups changed: whoever asks from now on gets the new ones. */
    changed: (): void => {
      changes += 1;
      current = null;
    },
  };
};
export type EventConfiguration = ReturnType<typeof createEventConfiguration>;
