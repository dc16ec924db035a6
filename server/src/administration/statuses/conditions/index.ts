import type { StatusCondition } from '../condition.ts';
import { activeThreats } from './active-threats.ts';
import { databasesOutdated } from './databases-outdated.ts';
import { encryptionStatus } from './encryption-status.ts';
import { incompatibleApps } from './incompatible-apps.ts';
import { licenseExpired } from './license-expired.ts';
import { licenseExpiresSoon } from './license-expires-soon.ts';
import { mobileNotCompliant } from './mobile-not-compliant.ts';
import { notConnected } from './not-connected.ts';
import { outOfDiskSpace } from './out-of-disk-space.ts';
import { protectionDisabled } from './protection-disabled.ts';
import { restartRequired } from './restart-required.ts';
import { rtpLevelDiffers } from './rtp-level-differs.ts';
import { scanNotPerformed } from './scan-not-performed.ts';
import { securityAppNotInstalled } from './security-app-not-installed.ts';
import { securityAppNotRunning } from './security-app-not-running.ts';
import { statusByApplication } from './status-by-application.ts';
import { tooManyViruses } from './too-many-viruses.ts';
import { unmanaged } from './unmanaged.ts';
import { unprocessedIncidents } from './unprocessed-incidents.ts';
import { vulnerabilities } from './vulnerabilities.ts';
import { windowsUpdateCheckOld } from './windows-update-check-old.ts';

/** Every status condition, in the order in which a device's reasons are shown. A new one is a file and one line here. */
export const conditions: readonly StatusCondition[] = [
  activeThreats,
  tooManyViruses,
  protectionDisabled,
  securityAppNotInstalled,
  securityAppNotRunning,
  rtpLevelDiffers,
  statusByApplication,
  unmanaged,
  databasesOutdated,
  scanNotPerformed,
  notConnected,
  licenseExpired,
  licenseExpiresSoon,
  vulnerabilities,
  unprocessedIncidents,
  encryptionStatus,
  incompatibleApps,
  restartRequired,
  windowsUpdateCheckOld,
  outOfDiskSpace,
  mobileNotCompliant,
];

const byKey = new Map(conditions.map((condition) => [condition.key, condition]));
export const conditionOf = (key: string): StatusCondition | undefined => byKey.get(key);
