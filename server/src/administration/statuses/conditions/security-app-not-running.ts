import { off, on, statusCondition } from '../condition.ts';

/** A security application is installed, but it does not run. */
export const securityAppNotRunning = statusCondition({
  key: 'securityAppNotRunning',
  title: 'Security application is not running',
  maskBit: 2,
  requires: { visible: true, securityAppInstalled: true },
  value: { kind: 'switch' },
  knownBy: 'The agent says whether the installed security application runs. Linux.',
  defaults: { critical: on(), warning: off() },
  why: ({ securityRunning, securityName }) =>
    securityRunning ? null : `${securityName || 'The security application'} is installed but does not run`,
});
