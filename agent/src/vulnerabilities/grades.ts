import type { VulnerabilityLevel } from '@gatehouse/contract';

/** Grades of advisories in the order of their weight, as Red Hat and SUSE publish them. */
const levels: Record<string, VulnerabilityLevel | null> = {
  critical: 'critical',
  important: 'high',
  moderate: 'medium',
  // The condition of a device's status knows no level below medium.
  low: null,
};

/** Null: not worth a level. A security advisory without a grade counts as those of apt do. */
export const levelOfGrade = (grade: string): VulnerabilityLevel | null => {
  const level = levels[grade.toLowerCase()];
  return level === undefined ? 'high' : level;
};
