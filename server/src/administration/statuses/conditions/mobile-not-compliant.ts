import { off, on, statusCondition } from '../condition.ts';

/** The device itself says that its settings do not comply with its policy. */
export const mobileNotCompliant = statusCondition({
  key: 'mobileNotCompliant',
  title: 'Mobile device settings do not comply with the policy',
  maskBit: 16,
  requires: {},
  value: { kind: 'switch' },
  knownBy:
    'A mobile device’s agent says whether its settings comply. Mobile systems; this project brings no agent for them.',
  defaults: { critical: off(), warning: on() },
  why: ({ told: { mobileCompliant } }) =>
    mobileCompliant === false ? 'The settings of the device do not comply with its policy' : null,
});
