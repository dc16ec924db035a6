import type { FrequentEventState } from '@gatehouse/contract';
import { StateMark, useText } from '../platform/index.ts';
import { frequentMessages } from './messages.ts';

const looks = {
  blocked: { tone: 'warning', word: 'stateBlocked' },
  excluded: { tone: 'info', word: 'stateExcluded' },
  ended: { tone: 'ok', word: 'stateEnded' },
  removed: { tone: 'none', word: 'stateRemoved' },
} as const satisfies Record<FrequentEventState, unknown>;

export const StateOf = ({ state }: { state: FrequentEventState }) => {
  const text = useText(frequentMessages);
  return <StateMark tone={looks[state].tone}>{text(looks[state].word)}</StateMark>;
};
