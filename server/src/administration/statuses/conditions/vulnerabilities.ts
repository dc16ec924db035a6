import type { VulnerabilityLevel } from '@gatehouse/contract';
import { counted, off, on, statusCondition } from '../condition.ts';

const options = [
  { key: 'critical', title: 'Critical' },
  { key: 'high', title: 'High or graver' },
  { key: 'medium', title: 'Medium or graver' },
] as const;
const flags = [
  { key: 'ignore-unfixable', title: 'Ignore if the vulnerability cannot be fixed' },
  { key: 'ignore-assigned', title: 'Ignore if an update is assigned for installation' },
] as const;
const counting: Record<string, readonly VulnerabilityLevel[]> = {
  critical: ['critical'],
  high: ['critical', 'high'],
  medium: ['critical', 'high', 'medium'],
};

const NONE = { all: 0, unfixable: 0, assigned: 0 };

/** Known holes in installed software, of the set gravity or graver. */
export const vulnerabilities = statusCondition({
  key: 'vulnerabilities',
  title: 'Software vulnerabilities have been detected',
  maskBit: 13,
  requires: { visible: true, agentInstalled: true },
  value: {
    kind: 'choice',
    label: 'Severity level',
    options,
    choices: { label: 'Leave out', options: flags, fewest: 0 },
  },
  knownBy:
    'What the last search for vulnerabilities on the device found; before the first search nothing is known. Linux: pending security updates of the package manager.',
  defaults: { critical: off('critical'), warning: on('critical') },
  why: ({ told: { vulnerabilities: found } }, { value, choices }) => {
    if (!found) return null;
    const parts = (counting[String(value)] ?? []).flatMap((level) => {
      const { all, unfixable, assigned } = found[level] ?? NONE;
      const left =
        all -
        (choices.includes('ignore-unfixable') ? unfixable : 0) -
        (choices.includes('ignore-assigned') ? assigned : 0);
      return left > 0 ? [`${left} ${level}`] : [];
    });
    if (parts.length === 0) return null;
    const sum = parts.reduce((total, part) => total + Number.parseInt(part, 10), 0);
    return `${counted(sum, 'vulnerability', 'vulnerabilities')} (${parts.join(', ')})`;
  },
});
