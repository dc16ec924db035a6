/** Another process may have changed the setting; what it changed holds here after this at the latest. */
const REFRESH_MS = 5000;

/**
 * The setting that holds now, in memory, since every list and every decision asks for it.
 *
 * @param standardMinutes the start option, for a server on which nothing was set
 */
export const createVisibility = async ({
  load,
  standardMinutes,
  onError,
  elapsedMs = () => performance.now(),
}: {
  /** Null: nothing was set. */
  load: () => Promise<number | null>;
  standardMinutes: number;
  onError: (error: unknown) => void;
  elapsedMs?: () => number;
}) => {
  let own = await load();
  let readAt = elapsedMs();
  let changes = 0;
  let isReading = false;

  const read = async (): Promise<void> => {
    const seen = changes;
    const found = await load();
    readAt = elapsedMs();
    // What was saved here while it was read is newer.
    if (seen === changes) own = found;
  };

  return {
    standardMinutes,
    own: () => own,
    /** Answers from memory; what is old is read anew for those who ask next. */
    minutes: (): number => {
      if (!isReading && elapsedMs() - readAt >= REFRESH_MS) {
        isReading = true;
        void read()
          .catch(onError)
          .finally(() => {
            isReading = false;
          });
      }
      return own ?? standardMinutes;
    },
    /** It was saved here. */
    changed: (minutes: number | null): void => {
      changes += 1;
      own = minutes;
    },
  };
};
export type Visibility = Awaited<ReturnType<typeof createVisibility>>;
