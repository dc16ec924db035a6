import type { SeverityName } from '@gatehouse/contract';

/** Names of the severity codes 1 to 4. */
export const severityNames = ['info', 'warning', 'functional-failure', 'critical'] as const satisfies SeverityName[];
export const severityCode = (name: SeverityName): number => severityNames.indexOf(name) + 1;
