/**
 * Works on all items, begun in their order, at most `atOnce` of them at the same time. One that fails holds up no other.
 *
 * @throws what the first failure was, when all have ended
 */
export const sideBySide = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  // All workers take from the same iterator, so that none waits for another.
  const waiting = items.values();
  const failures: unknown[] = [];
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const item of waiting) {
      await work(item).catch((error: unknown) => void failures.push(error));
    }
  });
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
};
