import type { ReportKind } from '../report.ts';
import { errors } from './errors.ts';
import { hardware } from './hardware.ts';
import { incompatibleApplications } from './incompatible-applications.ts';
import { licenseUsage } from './license-usage.ts';
import { protectionStatus } from './protection-status.ts';
import { threats } from './threats.ts';

/** Every kind of report. A new one is a file and one line here. */
export const reportKinds: readonly ReportKind[] = [
  protectionStatus,
  threats,
  licenseUsage,
  errors,
  incompatibleApplications,
  hardware,
];
