import { statusCondition } from '../condition.ts';

/** A security application is installed, but it does not run. */
export const securityAppNotRunning = statusCondition({
  key: 'securityAppNotRunning',
  title: 'Security application is not running',
  maskBit: 2,
  requires: { visible: true, securityAppInstalled: true },
  value: null,
  defaults: { critical: { enabled: true, value: null }, warning: { enabled: false, value: null } },
  find: ({ securityRunning, securityName }) =>
    securityRunning
      ? null
      : { amount: 1, detail: `${securityName || 'The security application'} is installed but does not run` },
});
