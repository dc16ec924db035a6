import { statusCondition } from '../condition.ts';

/** The agent is there and told that no security application is. */
export const securityAppNotInstalled = statusCondition({
  key: 'securityAppNotInstalled',
  title: 'Security application is not installed',
  maskBit: 5,
  requires: { agentInstalled: true },
  value: null,
  defaults: { critical: { enabled: true, value: null }, warning: { enabled: false, value: null } },
  find: ({ securityKnown, securityProduct }) =>
    securityKnown && securityProduct === '' ? { amount: 1, detail: 'The agent found no security application' } : null,
});
