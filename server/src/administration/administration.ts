import { join } from 'node:path';
import type { ReportedEvent } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Secrets } from '../platform/secrets/index.ts';
import { agentPackageRoutes, publishedPackages } from './agent-packages/index.ts';
import { agentRoutes, createContacts } from './agents/index.ts';
import { commandRoutes, commandStore } from './commands/index.ts';
import {
  contactStore,
  deviceLists,
  deviceRoutes,
  deviceSearch,
  deviceStatuses,
  deviceStore,
  notedDevices,
} from './devices/index.ts';
import { enrolmentRoutes, enrolmentStore, useEnrolmentToken } from './enrolment/index.ts';
import { createEventConfiguration, eventConfigurationRoutes, eventSettingStore } from './event-configuration/index.ts';
import { createEventLimit } from './event-limit.ts';
import { eventStorageRoutes, eventStorageStore } from './event-storage/index.ts';
import { createEventWork } from './event-work.ts';
import { createIngest, createOutbox, engineStore, eventRoutes, eventStore } from './events/index.ts';
import { createFlow } from './flow.ts';
import { createFrequentEvents, frequentEventRoutes, frequentEventStore } from './frequent-events/index.ts';
import { createGroupWork } from './group-work.ts';
import { allGroups, groupRoutes, groupStore } from './groups/index.ts';
import { byServer, labelOf, recordCommand } from './history.ts';
import { serveIncidents } from './incident-work.ts';
import { inventoryStore } from './inventory/index.ts';
import { createInventoryWork } from './inventory-work.ts';
import { createLicenseWork } from './license-work.ts';
import { licenseStore, seatStore } from './licenses/index.ts';
import { createNotificationWork } from './notification-work.ts';
import { createObjectSaves } from './object-saves.ts';
import { createOpenApiWrites } from './open-api-writes.ts';
import { overviewRoutes } from './overview/index.ts';
import { createPassOn } from './pass-on.ts';
import { createPolicyWork } from './policy-work.ts';
import { createReportWork } from './report-work.ts';
import { revisionRoutes, revisionStore } from './revisions/index.ts';
import { createRunner } from './runner.ts';
import { createSecondaryWork } from './secondary-work.ts';
import { createSenders } from './senders.ts';
import { siemExportRoutes, siemTargetStore } from './siem-exports/index.ts';
import { createStatusWork } from './status-work.ts';
import { storedSizes } from './store-sizes.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { removeTasksBy } from './task-saves.ts';
import { createTaskWork } from './task-work.ts';
import { type TenantScope, tenantRoutes, tenantStore } from './tenants/index.ts';

/** Name of the main server's own tenant until somebody renames it. */
const MAIN_TENANT_NAME = 'Main server';

export interface AdministrationParts {
  database: Database;
  engine: EventEngine;
  http: Http;
  log: Log;
  secrets: Secrets;
  clock: Clock;
  /** Not started yet. */
  jobs: Pick<Jobs, 'define' | 'every'>;
  /** Something of this topic changed: for consoles that look. */
  changed: (
    topic:
      | 'devices'
      | 'events'
      | 'frequent-events'
      | 'policies'
      | 'tenants'
      | 'licenses'
      | 'incidents'
      | 'tasks'
      | 'servers',
  ) => void;
  /** Some device's status is another now: whoever follows statuses may look sooner than its clock says. */
  onStatusChange?: () => void;
  /** Leaves a line in the audit trail about what the server did by itself. */
  audit: (line: { action: string; target: string; after: unknown }) => Promise<void>;
  /** A device that was not seen for this long is not visible. */
  visibleForMinutes: number;
  /** How often agents tell their facts. */
  agentSyncSeconds: number;
  /** How often the clock's own effects are looked for. */
  sweepSeconds?: number;
  /** A folder of this process alone, for what must be on the disk. */
  dataDir: string;
  /** How long the history of a deleted object is kept. */
  deletedHistoryDays: number;
  /** Most that one export to a SIEM may keep on the disk while its receiver is away. */
  siemQueueMostMegabytes: number;
  /** IANA name of the zone in which schedules of tasks count. */
  timeZone: string;
  /** How long runs of tasks, and commands to devices, are kept after their end. */
  taskHistoryDays: number;
  /** Tasks may run scripts on devices. */
  remoteScripts: boolean;
  /** Where the operating system takes log messages. */
  systemLogSocket: string;
}

/**
 * The Administration Server: tenants, groups, devices, their events and statuses, and the doors for agents and console.
 * What is wired to what, on one page; what follows from what is in `flow.ts`.
 */
export const createAdministration = async (parts: AdministrationParts) => {
  const { database, http, clock, changed } = parts;
  const schema = () => database.forSchema<AdministrationTables>('administration');
  const inTransaction = <T>(work: (tx: Kysely<AdministrationTables>) => Promise<T>): Promise<T> =>
    schema().transaction().execute(work);
  const db = administrationDb(schema());

  const tenantsOf = (scope: TenantScope) => tenantStore(db.tenants, scope);
  const groupsOf = (tenantId: string) => groupStore(db.groups, tenantId);
  const devicesOf = (scope: TenantScope) => deviceStore(db.devices, scope);
  const listsOf = (scope: TenantScope) => deviceLists(db.devices, scope);
  const searchOf = (scope: TenantScope) => deviceSearch(db.devices, scope);
  const eventsOf = (scope: TenantScope) => engineStore(parts.engine, scope, clock, eventWork.hidden);
  const commandsOf = (deviceId: string) => commandStore(db.commands, deviceId);
  const countsOf = (scope: TenantScope) => listsOf(scope).countsByGroup(groupWork.visibleSince());
  const tenantNames = async () => new Map((await tenantsOf('all').list()).map((tenant) => [tenant.id, tenant.name]));

  const taskWork = createTaskWork({
    db: schema(),
    http,
    clock,
    changed: () => changed('tasks'),
    onPublished: () => runner.poke(),
    onError: (error, doing) => parts.log.error({ err: error }, `${doing}; trying again`),
    timeZone: parts.timeZone,
    remoteScripts: parts.remoteScripts,
    selectionOf: (selectionId, scope) => groupWork.searches.filterOf(selectionId, scope),
  });
  const saves = createObjectSaves({
    inTransaction,
    clock,
    onSaved: () => runner.poke(),
    restoreTask: taskWork.restore,
    restoreLicense: (...given) => licenseWork.restore(...given),
  });

  const removeDevice = async (tx: Kysely<AdministrationTables>, deviceId: string): Promise<void> => {
    const own = administrationDb(tx);
    await removeTasksBy(tx, { deviceId }, byServer, clock());
    await commandStore(own.commands, deviceId).removeAll();
    await inventoryStore(own.inventory, 'all').remove(deviceId);
    await deviceStore(own.devices, 'all').remove(deviceId);
  };
  const groupWork = await createGroupWork({
    db: schema(),
    http,
    clock,
    visibleForMinutes: parts.visibleForMinutes,
    onDevicesChanged: () => {
      onDevicesChanged();
      policyWork.onDevices();
    },
    onVisibilityChanged: () => statusWork.visibilityChanged(),
    removeDevice,
    onError: (error) => parts.log.error({ err: error }, 'network visibility could not be read; the last one holds'),
  });
  const eventWork = await createEventWork({
    db: schema(),
    engine: parts.engine,
    http,
    jobs: parts.jobs,
    clock,
    changed: () => changed('events'),
    onError: (error) => parts.log.error({ err: error }, 'what is being deleted could not be read; trying again'),
  });
  const policyWork = createPolicyWork({
    db: schema(),
    http,
    clock,
    changed: () => changed('policies'),
    onSaved: () => runner.poke(),
    onError: (error) => parts.log.error({ err: error }, 'policies could not be brought up to date; trying again'),
  });
  const licenseWork = createLicenseWork({
    db: schema(),
    http,
    jobs: parts.jobs,
    clock,
    secrets: parts.secrets,
    changed: () => changed('licenses'),
    onPublished: () => runner.poke(),
    onError: (error) =>
      parts.log.error({ err: error }, 'licence keys could not be distributed; the next sync tries again'),
  });
  const secondaryWork = await createSecondaryWork({
    db: schema(),
    http,
    jobs: parts.jobs,
    clock,
    secrets: parts.secrets,
    countsOf,
    changed: () => changed('servers'),
    onPublished: () => runner.poke(),
  });
  const inventoryWork = createInventoryWork({ db: schema(), http, jobs: parts.jobs, clock, tenantNames });
  const reportWork = createReportWork({
    db: schema(),
    http,
    clock,
    tenantsOf,
    searchOf,
    eventsOf,
    visibleSince: groupWork.visibleSince,
  });
  await eventsOf('all').createTable();
  if (!(await tenantsOf('all').byVirtualServerId(0))) await saves.addMainServer(MAIN_TENANT_NAME);

  const eventConfiguration = createEventConfiguration({
    load: async () => {
      const own = await eventSettingStore(db.eventSettings).all();
      // Paths matter only where some group has settings of its own.
      return { own, groups: own.some(({ groupId }) => groupId !== null) ? await allGroups(db.groups) : [] };
    },
  });
  const eventStorage = createEventLimit({
    schema: schema(),
    engine: parts.engine,
    clock,
    audit: parts.audit,
    onPublished: () => runner.poke(),
    onError: (error) => parts.log.error({ err: error }, 'the number of events could not be limited; trying again'),
  });

  const frequentEventsOf = (scope: TenantScope) => frequentEventStore(db.frequentEvents, scope);
  const frequentEvents = createFrequentEvents({
    storeOf: frequentEventsOf,
    inTransaction: (work) =>
      inTransaction((tx) => {
        const own = administrationDb(tx);
        return work({
          storeOf: (scope) => frequentEventStore(own.frequentEvents, scope),
          publish: eventStore(own.events).publish,
        });
      }),
    maximumEvents: async () => (await eventStorageStore(db.eventStorage).read()).maximumEvents,
    clock,
    onChange: () => changed('frequent-events'),
    onPublished: () => runner.poke(),
    onError: (error) => parts.log.error({ err: error }, 'frequent events could not be dealt with; trying again'),
  });
  await frequentEvents.round();

  const ingest = createIngest({
    store: eventStore(db.events),
    engine: eventsOf('all'),
    clock,
    guard: frequentEvents.guard,
    storageTerms: async () => {
      const settingOf = await eventConfiguration.settings();
      return (type, groupId) => settingOf(type, groupId).storageTermDays;
    },
    onStored: () => {
      changed('events');
      runner.poke();
      eventStorage.onStored(ingest.totals.accepted);
      passOn.poke();
      notifications.poke();
    },
  });
  const passOn = createPassOn({
    db,
    engine: eventsOf('all'),
    configuration: eventConfiguration,
    settings: parts,
    http,
    clock,
    log: parts.log,
  });
  const notifications = createNotificationWork({
    db: schema(),
    engine: eventsOf('all'),
    configuration: eventConfiguration,
    clientNames: tenantNames,
    secrets: parts.secrets,
    http,
    jobs: parts.jobs,
    clock,
    log: parts.log,
  });
  const outbox = createOutbox({ store: eventStore(db.events), ingest });
  const statusWork = createStatusWork({
    database,
    clock,
    visibleForMinutes: groupWork.visibility.minutes,
    syncSeconds: parts.agentSyncSeconds,
  });
  const flow = createFlow({
    database,
    engine: eventsOf('all'),
    outbox,
    clock,
    decide: statusWork.decide,
    moveDevices: groupWork.moveDevices,
    tasks: taskWork,
    changed,
    onStatusChange: parts.onStatusChange ?? (() => {}),
  });
  const runner = createRunner({
    run: flow.run,
    sweep: groupWork.sweep,
    sweepSeconds: parts.sweepSeconds ?? 60,
    onError: (error) => parts.log.error({ err: error }, 'statuses could not be brought up to date; trying again'),
  });

  const senderOf = createSenders({ devices: contactStore(db.devices), groupsOf });

  const onDevicesChanged = () => {
    changed('devices');
    runner.poke();
  };

  const packages = publishedPackages({
    folder: join(parts.dataDir, 'agent-package'),
    onError: (error) => parts.log.error({ err: error }, 'the agent package cannot be offered'),
  });
  agentPackageRoutes(http, { packages });
  agentRoutes(http, {
    enrol: (enrolment) =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        const token = await useEnrolmentToken(own.enrolment, enrolment.secretHash, enrolment.now);
        if (!token) return null;
        const device = await deviceStore(own.devices, [token.tenant_id]).enrol({
          id: enrolment.deviceId,
          tenantId: token.tenant_id,
          groupId: token.group_id,
          name: enrolment.hostname,
          machineId: enrolment.machineId,
          keyHash: enrolment.keyHash,
          agentVersion: enrolment.agentVersion,
          now: enrolment.now,
        });
        return { deviceId: device.id, tenantId: token.tenant_id, isNew: device.isNew };
      }),
    contacts: createContacts({ store: contactStore(db.devices), clock }),
    devices: devicesOf('all'),
    commands: taskWork.commands,
    taker: taskWork.taker,
    senderOf,
    waitingRoom: taskWork.waitingRoom,
    ingest,
    licenses: licenseWork.sync,
    policyFor: policyWork.answer,
    packages,
    inventory: inventoryWork,
    syncSeconds: parts.agentSyncSeconds,
    clock,
    onReport: onDevicesChanged,
  });

  tenantRoutes(http, {
    tenantsOf,
    countsOf,
    create: saves.addTenant,
    rename: saves.renameTenant,
    remove: saves.removeTenant,
    changed: () => changed('tenants'),
  });

  groupRoutes(http, {
    groupsOf,
    countsOf: (tenantId) => countsOf([tenantId]),
    add: saves.addGroup,
    change: (tenantId, groupId, change, doer) =>
      saves.changeGroup(tenantId, groupId, change, doer).finally(() => {
        eventConfiguration.changed();
        policyWork.onChange();
      }),
    remove: saves.removeGroup,
    changed: onDevicesChanged,
  });

  enrolmentRoutes(http, {
    tokensOf: (tenantId) => enrolmentStore(db.enrolment, tenantId),
    add: saves.addEnrolmentToken,
    revoke: saves.revokeEnrolmentToken,
    groupsOf,
    clock,
  });

  deviceRoutes(http, {
    devicesOf,
    listsOf,
    tenantsOf,
    groupsOf,
    filterGroupsOf: groupWork.filterGroupsOf,
    rows: groupWork.rows,
    commandsOf: (deviceId) => commandsOf(deviceId).latest(clock()),
    remove: (deviceId) => inTransaction((tx) => removeDevice(tx, deviceId)),
    visibleSince: groupWork.visibleSince,
    clock,
    onChange: () => {
      onDevicesChanged();
      policyWork.onDevices();
    },
  });

  commandRoutes(http, {
    devicesOf,
    give: async (deviceId, command, doer) => {
      const sender = await senderOf(deviceId);
      await inTransaction(async (tx) => {
        await commandStore(administrationDb(tx).commands, deviceId).add(command);
        await recordCommand(tx, sender, command, { doer, at: command.now });
      });
    },
    waitingRoom: taskWork.waitingRoom,
    clock,
    changed: onDevicesChanged,
  });
  groupWork.serve();
  eventRoutes(http, { eventsOf, tenantNames });
  eventWork.serve(tenantNames);
  licenseWork.serve();
  policyWork.serve(tenantNames);
  const incidents = serveIncidents({
    db: schema(),
    http,
    clock,
    tenantNames,
    changed: () => {
      changed('incidents');
      onDevicesChanged();
    },
  });
  taskWork.serve({
    tenantNames,
    groupIdsAbove: async (scope, deviceId) => {
      const { tenant_id, group_id } = await devicesOf(scope).get(deviceId);
      const { path } = await groupsOf(tenant_id).get(group_id);
      return path.split('/').filter(Boolean).map(Number);
    },
    requireDevice: async (scope, deviceId) => void (await devicesOf(scope).get(deviceId)),
  });
  statusWork.serve(http, { groupsOf, save: saves.saveStatusSettings, onChange: onDevicesChanged });
  siemExportRoutes(http, {
    targets: siemTargetStore(db.siemExports),
    save: saves.saveSiemTarget,
    exporter: passOn.exporter,
    names: passOn.names,
    clock,
  });
  eventConfigurationRoutes(http, {
    groupsOf,
    eventsOf,
    settings: eventSettingStore(db.eventSettings),
    save: saves.saveEventSettings,
    onChange: eventConfiguration.changed,
  });
  revisionRoutes(http, {
    revisionsOf: (scope, viewer) => revisionStore(db.revisions, scope, viewer),
    canRollBack: saves.canRollBack,
    rollBack: async (revision, doer, how) => {
      const result = await saves.rollBack(revision, doer, how);
      if (!how.isTrial) {
        await eventConfiguration.changed();
        changed('tenants');
        policyWork.onChange();
        licenseWork.onRestored();
        onDevicesChanged();
      }
      return result;
    },
    labelOf,
  });
  parts.jobs.every({
    name: 'administration.forget-task-runs',
    seconds: 3600,
    run: () => taskWork.forget(new Date(clock().getTime() - parts.taskHistoryDays * 86_400_000)),
  });
  parts.jobs.every({
    name: 'administration.forget-history',
    seconds: 3600,
    run: async () => {
      const before = new Date(clock().getTime() - parts.deletedHistoryDays * 86_400_000);
      await revisionStore(db.revisions, 'all').forgetDeleted(before);
    },
  });
  eventStorageRoutes(http, { storage: eventStorage });
  frequentEventRoutes(http, { frequentEvents, storeOf: frequentEventsOf, tenantNames });
  reportWork.serve();
  overviewRoutes(http, { listsOf, eventsOf, tenantsOf, countsOf, clock });

  const writes = createOpenApiWrites({
    db: schema(),
    saves,
    clock,
    removeDevice,
    onDevicesChanged: () => {
      onDevicesChanged();
      policyWork.onDevices();
    },
    onGroupsChanged: async () => {
      await eventConfiguration.changed();
      policyWork.onChange();
      onDevicesChanged();
    },
    onTenantsChanged: () => changed('tenants'),
  });

  return {
    /** The doors of the modules, for the Open API. */
    tenantsOf,
    groupsOf,
    groupsIn: (scope: TenantScope) => groupWork.filterGroupsOf(scope).list(),
    devicesOf,
    searchOf,
    listsOf,
    eventsOf,
    eventDeletions: eventWork.deletions,
    eventSelections: eventWork.selections,
    deviceSelections: groupWork.selections,
    countsOf,
    notedOf: (scope: TenantScope) => notedDevices(db.devices, scope),
    incidents,
    inventoryOf: inventoryWork.of,
    statusRules: statusWork.rules,
    /** What programs change, by the same saves as the console. */
    writes,
    setVisibility: groupWork.setVisibility,
    storedSizes: storedSizes({ database, engine: parts.engine }),
    tasks: taskWork,
    licenses: {
      keys: licenseStore(db.licenses).all,
      seatsOf: (scope: TenantScope) => seatStore(db.licenses, scope),
      mainTenantId: licenseWork.mainTenantId,
      writes: licenseWork.writes,
    },
    /** Reports: which there are, and running them. */
    reports: reportWork,
    /** Notifications by mail and SMS: how they are sent. */
    notifications: notifications.settings,
    /** Administration Servers below and above this one. */
    hierarchy: secondaryWork,
    ingest,
    createTenant: (name: string) => saves.addTenant(name),
    frequentEventsOf,
    /** An event of the server itself, for a tenant. */
    publish: async (tenantId: string, event: Omit<ReportedEvent, 'seq'>): Promise<void> => {
      const sender = { tenantId, deviceId: null, deviceName: '', groupId: null, groupName: '', ipAddress: '' };
      await eventStore(db.events).publish(sender, event);
      runner.poke();
    },
    /** Events of the server itself wait to be carried. */
    onPublished: () => runner.poke(),
    visibleSince: groupWork.visibleSince,
    /** A device that was not seen for this long is not visible. */
    visibleForMinutes: groupWork.visibility.minutes,
    /** What device selections and filters find. */
    deviceSearches: groupWork.searches,
    /** Devices whose status was brought up to date by now. */
    settle: async () => {
      await licenseWork.settle();
      await flow.run();
      await policyWork.settle();
      await taskWork.settle();
    },
    /** What the clock alone brings beside statuses: devices that were not seen for long. */
    sweep: groupWork.sweep,
    /** What other slices tell of devices that conditions read. */
    deviceStatuses: () => deviceStatuses(db.devices),
    /** What holds for event types: where events go and how long they stay. */
    eventConfiguration,
    eventStorage,
    frequentEvents,
    /** Policies, and what devices get of them for those who do not wait for the clock. */
    policies: { of: policyWork.of, change: policyWork.change, settle: policyWork.settle, sweep: policyWork.sweep },
    /** The daily check of licence keys. */
    licenseCheck: licenseWork.check,
    start: () => {
      runner.start();
      eventStorage.start();
      frequentEvents.start();
      eventWork.start();
      policyWork.start();
      taskWork.start();
      notifications.start();
      return passOn.start();
    },
    /** Ends after what is under way; what is not is done at the next start. */
    stop: async () => {
      await eventWork.stop();
      await eventStorage.stop();
      await runner.stop();
      await licenseWork.stop();
      await secondaryWork.stop();
      await policyWork.stop();
      await taskWork.stop();
      await ingest.idle();
      await frequentEvents.stop();
      await notifications.stop();
      await passOn.stop();
    },
  };
};
export type Administration = Awaited<ReturnType<typeof createAdministration>>;
