import type { MigrationSet } from '../platform/db/index.ts';
import { commandMigrations } from './commands/index.ts';
import { deviceMigrations } from './devices/index.ts';
import { enrolmentMigrations } from './enrolment/index.ts';
import { eventMigrations } from './events/index.ts';
import { groupMigrations } from './groups/index.ts';
import { siemExportMigrations } from './siem-exports/index.ts';
import { statusMigrations } from './statuses/index.ts';
import { tenantMigrations } from './tenants/index.ts';

/** Every step of this system's schema, in the order of its number. */
export const administrationMigrations: MigrationSet = {
  schema: 'administration',
  migrations: {
    ...tenantMigrations,
    ...groupMigrations,
    ...deviceMigrations,
    ...eventMigrations,
    ...statusMigrations,
    ...commandMigrations,
    ...enrolmentMigrations,
    ...siemExportMigrations,
  },
};
