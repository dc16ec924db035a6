import { changeEventStorage, getEventStorage } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const WHILE_TRIMMING_MS = 2000;
const OTHERWISE_MS = 30_000;

export const useEventStorage = () => ({
  storage: useAsk(
    getEventStorage,
    {},
    { refetchMs: ({ trimmingSince }) => (trimmingSince ? WHILE_TRIMMING_MS : OTHERWISE_MS) },
  ),
  change: useTell(changeEventStorage, { changes: [getEventStorage] }),
});
