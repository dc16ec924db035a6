import type { MigrationSet } from '../platform/db/index.ts';
import { commandMigrations } from './commands/index.ts';
import { deviceSelectionMigrations } from './device-selections/index.ts';
import { deviceMigrations } from './devices/index.ts';
import { enrolmentMigrations } from './enrolment/index.ts';
import { eventSettingMigrations } from './event-configuration/index.ts';
import { deletionMigrations } from './event-deletions/index.ts';
import { exportMigrations } from './event-exports/index.ts';
import { eventStorageMigrations } from './event-storage/index.ts';
import { eventMigrations } from './events/index.ts';
import { frequentEventMigrations } from './frequent-events/index.ts';
import { groupMigrations } from './groups/index.ts';
import { incidentMigrations } from './incidents/index.ts';
import { inventoryMigrations } from './inventory/index.ts';
import { licenseMigrations } from './licenses/index.ts';
import { movingRuleMigrations } from './moving-rules/index.ts';
import { notificationMigrations } from './notifications/index.ts';
import { policyMigrations } from './policies/index.ts';
import { revisionMigrations } from './revisions/index.ts';
import { secondaryServerMigrations } from './secondary-servers/index.ts';
import { selectionMigrations } from './selections/index.ts';
import { siemExportMigrations } from './siem-exports/index.ts';
import { statusMigrations } from './statuses/index.ts';
import { taskMigrations } from './tasks/index.ts';
import { tenantMigrations } from './tenants/index.ts';
import { visibilityMigrations } from './visibility/index.ts';

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
    ...taskMigrations,
    ...enrolmentMigrations,
    ...eventSettingMigrations,
    ...eventStorageMigrations,
    ...frequentEventMigrations,
    ...siemExportMigrations,
    ...secondaryServerMigrations,
    ...licenseMigrations,
    ...incidentMigrations,
    ...policyMigrations,
    ...revisionMigrations,
    ...selectionMigrations,
    ...exportMigrations,
    ...deletionMigrations,
    ...inventoryMigrations,
    ...visibilityMigrations,
    ...movingRuleMigrations,
    ...deviceSelectionMigrations,
    ...notificationMigrations,
  },
};
