import type { FrequentEventState } from '@gatehouse/contract';
import { Conflict } from '../../platform/errors/index.ts';

const inWords: Record<FrequentEventState, string> = {
  blocked: 'blocked',
  excluded: 'excluded',
  ended: 'no longer in the list, since it became calm',
  removed: 'no longer in the list, since it was removed',
};

export const wrongState = (name: string, state: FrequentEventState, wanted: FrequentEventState) =>
  new Conflict(
    'frequent-event.wrong-state',
    `“${name}” is ${inWords[state]} and cannot become ${inWords[wanted]}; read the list again`,
  );
