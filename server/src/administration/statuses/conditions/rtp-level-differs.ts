import { off, statusCondition } from '../condition.ts';

const options = [
  { key: 'stopped', title: 'Stopped' },
  { key: 'paused', title: 'Paused' },
  { key: 'running', title: 'Running' },
] as const;

/** States of real-time protection by number; 0 is unknown, 9 a failure. */
const FAILED = 9;
const levelOf = (rtpState: number): (typeof options)[number]['key'] | 'failed' | null => {
  if (rtpState === 1) return 'stopped';
  if (rtpState === 2) return 'paused';
  if (rtpState >= 3 && rtpState < FAILED) return 'running';
  return rtpState === FAILED ? 'failed' : null;
};
const words = { stopped: 'is stopped', paused: 'is paused', running: 'runs', failed: 'has failed' } as const;

/** Real-time protection is in another state than the one that is wanted. */
export const rtpLevelDiffers = statusCondition({
  key: 'rtpLevelDiffers',
  title: 'Real-time protection level differs from the level set by the Administrator',
  maskBit: 4,
  requires: { visible: true },
  value: { kind: 'choice', label: 'Wanted level', options },
  knownBy:
    'The state of real-time protection in the facts of the agent, compared with the wanted one. Starting counts as running; an unknown state differs from nothing. Linux.',
  defaults: { critical: off('running'), warning: off('running') },
  why: ({ rtpState }, { value }) => {
    const level = levelOf(rtpState);
    return level === null || level === value ? null : `Real-time protection ${words[level]}`;
  },
});
