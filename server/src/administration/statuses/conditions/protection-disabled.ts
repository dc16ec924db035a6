import { RTP_RUNNING } from '../../devices/index.ts';
import { MINUTE_MS, statusCondition } from '../condition.ts';

/** Real-time protection is known not to run, for longer than the set time. */
export const protectionDisabled = statusCondition({
  key: 'protectionDisabled',
  title: 'Protection is disabled',
  maskBit: 1,
  requires: { visible: true, securityAppInstalled: true },
  value: { unit: 'minutes', smallest: 0, largest: null },
  defaults: { critical: { enabled: true, value: 0 }, warning: { enabled: false, value: 0 } },
  find: ({ rtpState, rtpStoppedSince }, { now }) => {
    const UNKNOWN = 0;
    if (rtpState === UNKNOWN || RTP_RUNNING.includes(rtpState) || rtpStoppedSince === null) return null;
    const minutes = (now.getTime() - rtpStoppedSince.getTime()) / MINUTE_MS;
    // A part of a minute counts: with the limit 0 the condition holds from the moment that it is known. The detail names
    // no minutes, since it would change with every look; `since` tells.
    return { amount: Math.max(minutes, Number.EPSILON), detail: 'Real-time protection does not run' };
  },
});
