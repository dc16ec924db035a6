import { ipAddresses, macAddresses } from './addresses.ts';
import { databases } from './databases.ts';
import { disks } from './disks.ts';
import { fqdn } from './fqdn.ts';
import { hostname } from './hostname.ts';
import { lastBootAt } from './last-boot-at.ts';
import { lastScanAt } from './last-scan-at.ts';
import { os } from './os.ts';
import { restart } from './restart.ts';
import { securityApplication } from './security-application.ts';
import { users } from './users.ts';

/** Every fact that a sync tells. */
export const facts = [
  hostname,
  fqdn,
  os,
  ipAddresses,
  macAddresses,
  users,
  disks,
  lastBootAt,
  securityApplication,
  databases,
  lastScanAt,
  restart,
] as const;
