import { createGatherer } from '../../platform/gather/index.ts';
import type { CommandsOfMany } from './store-many.ts';

/** Words of devices that they have commands on their disks, written together however many devices speak. */
export const createTaker = ({ commands, clock }: { commands: Pick<CommandsOfMany, 'take'>; clock: () => Date }) => {
  const write = createGatherer<string, true>(async (words) => {
    const taken = words.map((word) => {
      const [deviceId = '', id = ''] = word.split(' ');
      return { deviceId, id };
    });
    await commands.take(taken, clock());
    return new Map(words.map((word) => [word, true]));
  });

  return {
    /** Resolves when it is written. */
    take: async (deviceId: string, ids: readonly string[]): Promise<void> => {
      await Promise.all(ids.map((id) => write(`${deviceId} ${id}`)));
    },
  };
};
export type Taker = ReturnType<typeof createTaker>;
