import type { AnyFact } from '../fact.ts';
import { ipAddresses, macAddresses } from './addresses.ts';
import { databases } from './databases.ts';
import { hostname } from './hostname.ts';
import { lastScanAt } from './last-scan-at.ts';
import { quarantine } from './quarantine.ts';
import { securityApplication } from './security-application.ts';
import { users } from './users.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** Facts that are found out in the same way everywhere, or that the agent itself knows. */
export const commonFacts: readonly AnyFact[] = [
  hostname,
  ipAddresses,
  macAddresses,
  users,
  securityApplication,
  databases,
  lastScanAt,
  quarantine,
  vulnerabilities,
];
