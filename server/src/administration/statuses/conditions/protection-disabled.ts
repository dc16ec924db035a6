import { RTP_RUNNING } from '../../devices/index.ts';
import { MINUTE_MS, off, olderThan, on, statusCondition } from '../condition.ts';

const UNKNOWN = 0;

/** Real-time protection is known not to run, for longer than the set time. */
const aged = olderThan({
  from: ({ rtpState, rtpStoppedSince }) =>
    rtpState === UNKNOWN || RTP_RUNNING.includes(rtpState) ? null : rtpStoppedSince,
  words: () => 'Real-time protection does not run',
  unitMs: MINUTE_MS,
  // The words name no minutes, since they would be others with every look; `since` tells.
  saysUnits: false,
});

export const protectionDisabled = statusCondition({
  key: 'protectionDisabled',
  title: 'Protection is disabled',
  maskBit: 1,
  requires: { visible: true, securityAppInstalled: true },
  value: { kind: 'number', comparison: 'above', unit: 'minutes', smallest: 0, largest: null },
  knownBy:
    'The state of real-time protection in the facts of the agent; the time runs from the first report in which it does not run. Linux.',
  defaults: { critical: on(0), warning: off(0) },
  ...aged,
  // With the limit 0 it holds from the moment that it is known, not a millisecond later.
  why: (device, setting, { now, ...look }, level) =>
    aged.why(device, setting, { ...look, now: setting.value === 0 ? new Date(now.getTime() + 1) : now }, level),
});
