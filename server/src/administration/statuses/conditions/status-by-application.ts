import { on, statusCondition } from '../condition.ts';

/** The security application itself gives the device a status; at each level only as grave as it says, or graver. */
export const statusByApplication = statusCondition({
  key: 'statusByApplication',
  title: 'Device status defined by application',
  maskBit: 18,
  requires: {},
  value: { kind: 'switch' },
  knownBy:
    'The status and its text that the security application gives, in the facts of the agent. Any system whose application does so; ClamAV does not.',
  defaults: { critical: on(), warning: on() },
  why: ({ told: { applicationStatus } }, _, __, level) => {
    if (!applicationStatus || applicationStatus.level === 'ok') return null;
    if (level === 'critical' && applicationStatus.level !== 'critical') return null;
    return applicationStatus.text || `The security application says: ${applicationStatus.level}`;
  },
});
