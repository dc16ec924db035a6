import type { StatusCondition } from '../condition.ts';
import { activeThreats } from './active-threats.ts';
import { databasesOutdated } from './databases-outdated.ts';
import { notConnected } from './not-connected.ts';
import { protectionDisabled } from './protection-disabled.ts';
import { securityAppNotInstalled } from './security-app-not-installed.ts';
import { securityAppNotRunning } from './security-app-not-running.ts';
import { tooManyViruses } from './too-many-viruses.ts';

/** Every status condition, in the order in which a device's reasons are shown. A new one is a file and one line here. */
export const conditions: readonly StatusCondition[] = [
  activeThreats,
  tooManyViruses,
  protectionDisabled,
  securityAppNotInstalled,
  securityAppNotRunning,
  databasesOutdated,
  notConnected,
];

export const conditionOf = (key: string): StatusCondition | undefined =>
  conditions.find((condition) => condition.key === key);
