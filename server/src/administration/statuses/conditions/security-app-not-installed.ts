import { off, on, statusCondition } from '../condition.ts';

/** The agent is there and told that no security application is. */
export const securityAppNotInstalled = statusCondition({
  key: 'securityAppNotInstalled',
  title: 'Security application is not installed',
  maskBit: 5,
  requires: { agentInstalled: true },
  value: { kind: 'switch' },
  knownBy: 'The agent says that it found none. An agent that does not speak of it leaves it unknown. Linux.',
  defaults: { critical: on(), warning: off() },
  why: ({ securityKnown, securityProduct }) =>
    securityKnown && securityProduct === '' ? 'The agent found no security application' : null,
});
