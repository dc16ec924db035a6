import type { AnyFact } from '../fact.ts';
import { disks } from './disks.ts';
import { encryption } from './encryption.ts';
import { fqdn } from './fqdn.ts';
import { hardware } from './hardware.ts';
import { incompatibleApplications } from './incompatible-applications.ts';
import { lastBootAt } from './last-boot-at.ts';
import { os } from './os.ts';
import { restart } from './restart.ts';
import { updatesSearchedAt } from './updates-searched-at.ts';

/** Facts that are read where Linux keeps them. */
export const linuxFacts: readonly AnyFact[] = [
  fqdn,
  os,
  disks,
  lastBootAt,
  restart,
  updatesSearchedAt,
  encryption,
  incompatibleApplications,
  hardware,
];
