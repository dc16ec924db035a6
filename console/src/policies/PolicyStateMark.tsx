import type { DevicePolicyState, PolicyState } from '@gatehouse/contract';
import { StateMark } from '../platform/index.ts';
import { usePolicyWords } from './words.ts';

const tones = { active: 'ok', inactive: 'none', 'out-of-office': 'info' } as const satisfies Record<
  PolicyState,
  string
>;
const deviceTones = {
  none: 'none',
  applied: 'ok',
  pending: 'info',
  'out-of-date': 'warning',
  unknown: 'none',
} as const satisfies Record<DevicePolicyState, string>;

export const PolicyStateMark = ({ state }: { state: PolicyState }) => (
  <StateMark tone={tones[state]}>{usePolicyWords().state(state)}</StateMark>
);
export const DevicePolicyMark = ({ state }: { state: DevicePolicyState }) => (
  <StateMark tone={deviceTones[state]}>{usePolicyWords().deviceState(state)}</StateMark>
);
