import type { Kysely } from 'kysely';
import type { CommandTables } from './commands/index.ts';
import type { DeviceSelectionTables } from './device-selections/index.ts';
import type { DeviceTables } from './devices/index.ts';
import type { EnrolmentTables } from './enrolment/index.ts';
import type { EventSettingTables } from './event-configuration/index.ts';
import type { DeletionTables } from './event-deletions/index.ts';
import type { ExportTables } from './event-exports/index.ts';
import type { EventStorageTables } from './event-storage/index.ts';
import type { EventTables } from './events/index.ts';
import type { FrequentEventTables } from './frequent-events/index.ts';
import type { GroupTables } from './groups/index.ts';
import type { IncidentTables } from './incidents/index.ts';
import type { InventoryTables } from './inventory/index.ts';
import type { LicenseTables } from './licenses/index.ts';
import type { MovingRuleTables } from './moving-rules/index.ts';
import type { NotificationTables } from './notifications/index.ts';
import type { DevicePolicyTables, PolicyTables } from './policies/index.ts';
import type { RevisionTables } from './revisions/index.ts';
import type { SecondaryServerTables } from './secondary-servers/index.ts';
import type { SelectionTables } from './selections/index.ts';
import type { SiemExportTables } from './siem-exports/index.ts';
import type { StatusTables } from './statuses/index.ts';
import type { TaskTables } from './tasks/index.ts';
import type { TenantTables } from './tenants/index.ts';
import type { VisibilityTables } from './visibility/index.ts';

/** All tables of the schema `administration`; each module is handed its own and no other. */
export type AdministrationTables = TenantTables &
  GroupTables &
  DeviceTables &
  DeviceSelectionTables &
  MovingRuleTables &
  NotificationTables &
  VisibilityTables &
  EventTables &
  EventSettingTables &
  SelectionTables &
  ExportTables &
  DeletionTables &
  EventStorageTables &
  FrequentEventTables &
  StatusTables &
  CommandTables &
  TaskTables &
  LicenseTables &
  IncidentTables &
  InventoryTables &
  PolicyTables &
  DevicePolicyTables &
  RevisionTables &
  SiemExportTables &
  SecondaryServerTables &
  EnrolmentTables;

/** The schema, or a transaction in it, cut into what each module may name. */
export const administrationDb = (db: Kysely<AdministrationTables>) => ({
  tenants: db.$pickTables<'tenant'>(),
  groups: db.$pickTables<'admin_group'>(),
  devices: db.$pickTables<'device' | 'active_threat'>(),
  deviceSelections: db.$pickTables<'device_selection'>(),
  movingRules: db.$pickTables<'moving_rule' | 'moving_rule_done'>(),
  visibility: db.$pickTables<'network_visibility'>(),
  events: db.$pickTables<'event_position' | 'event_number' | 'event_cursor' | 'event_outbox'>(),
  eventSettings: db.$pickTables<'event_setting'>(),
  selections: db.$pickTables<'event_selection'>(),
  eventExports: db.$pickTables<'event_export'>(),
  eventDeletions: db.$pickTables<'event_deletion'>(),
  eventStorage: db.$pickTables<'event_storage'>(),
  frequentEvents: db.$pickTables<
    'frequent_event' | 'frequent_event_device' | 'frequent_event_taken' | 'frequent_event_setting'
  >(),
  statuses: db.$pickTables<'status_setting' | 'status_rules' | 'status_recheck'>(),
  commands: db.$pickTables<'command' | 'command_order' | 'command_step' | 'command_output'>(),
  tasks: db.$pickTables<'task' | 'task_run'>(),
  licenses: db.$pickTables<
    'license_key' | 'license_device' | 'license_seat' | 'license_day' | 'license_usage_day' | 'license_use'
  >(),
  incidents: db.$pickTables<'incident' | 'incident_comment'>(),
  policies: db.$pickTables<'policy' | 'policy_version' | 'policy_due_group'>(),
  devicePolicies: db.$pickTables<'device_policy'>(),
  revisions: db.$pickTables<'revised_object' | 'revision' | 'audited_call'>(),
  notifications: db.$pickTables<'notification_settings' | 'notification_channel' | 'notification'>(),
  siemExports: db.$pickTables<'siem_target'>(),
  secondaryServers: db.$pickTables<'server_identity' | 'secondary_server' | 'primary_server'>(),
  inventory: db.$pickTables<'software' | 'device_inventory'>(),
  enrolment: db.$pickTables<'enrolment_token'>(),
});
