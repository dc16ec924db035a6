import type { Kysely } from 'kysely';
import type { CommandTables } from './commands/index.ts';
import type { DeviceTables } from './devices/index.ts';
import type { EnrolmentTables } from './enrolment/index.ts';
import type { EventTables } from './events/index.ts';
import type { GroupTables } from './groups/index.ts';
import type { SiemExportTables } from './siem-exports/index.ts';
import type { StatusTables } from './statuses/index.ts';
import type { TenantTables } from './tenants/index.ts';

/** All tables of the schema `administration`; each module is handed its own and no other. */
export type AdministrationTables = TenantTables &
  GroupTables &
  DeviceTables &
  EventTables &
  StatusTables &
  CommandTables &
  SiemExportTables &
  EnrolmentTables;

/** The schema, or a transaction in it, cut into what each module may name. */
export const administrationDb = (db: Kysely<AdministrationTables>) => ({
  tenants: db.$pickTables<'tenant'>(),
  groups: db.$pickTables<'admin_group'>(),
  devices: db.$pickTables<'device' | 'active_threat'>(),
  events: db.$pickTables<'event_position' | 'event_number' | 'event_cursor' | 'event_outbox'>(),
  statuses: db.$pickTables<'status_setting'>(),
  commands: db.$pickTables<'command'>(),
  siemExports: db.$pickTables<'siem_target'>(),
  enrolment: db.$pickTables<'enrolment_token'>(),
});
