import { off, on, statusCondition } from '../condition.ts';

/** Software that stands in the way of the security application. */
export const incompatibleApps = statusCondition({
  key: 'incompatibleApps',
  title: 'Incompatible applications are installed',
  maskBit: 12,
  requires: { visible: true, agentInstalled: true },
  value: { kind: 'switch' },
  knownBy:
    'The agent compares the installed software with the names that it knows and those that the policy adds. Linux.',
  defaults: { critical: off(), warning: on() },
  why: ({ told: { incompatible = [] } }) => {
    if (incompatible.length === 0) return null;
    return `Installed: ${incompatible.slice(0, 3).join(', ')}${incompatible.length > 3 ? ' and others' : ''}`;
  },
});
