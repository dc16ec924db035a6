import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { AuditLine, Doer } from '../platform/http/index.ts';
import { type EventSender, eventStore, SERVER_PRODUCT } from './events/index.ts';
import { titleOfSetting } from './policies/index.ts';
import {
  accountActions,
  actsOf,
  connectionEvent,
  type LabelOf,
  passwordEvent,
  type Revision,
  revisionEvent,
  revisionStore,
  type Save,
  statusChangedEvent,
} from './revisions/index.ts';
import { conditionOf } from './statuses/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { tenantStore } from './tenants/index.ts';

const DAY_MS = 86_400_000;
/** A call's key is kept for longer than audit lines are looked back at. */
const LOOK_BACK_MS = DAY_MS;
const KEEP_CALLS_MS = 7 * DAY_MS;

/** What the server did by itself. */
export const byServer: Doer = { actor: 'gatehouse', actorKind: 'server', address: null };

/** Fields that have a name of their own for people. */
export const labelOf: LabelOf = (kind, field) =>
  kind === 'device-status-settings' ? conditionOf(field)?.title : kind === 'policy' ? titleOfSetting(field) : undefined;

type Tx = Kysely<AdministrationTables>;

/** The group that an object belongs to, for its events. */
export interface GroupOfObject {
  id: number;
  fullName: string;
}

/** The sender of what concerns no device: the tenant's server; the main server for what belongs to no tenant. */
const senderOf = async (tx: Tx, tenantId: string | null, group?: GroupOfObject): Promise<EventSender | null> => {
  const own = tenantId ?? (await tenantStore(administrationDb(tx).tenants, 'all').byVirtualServerId(0))?.id;
  if (own === undefined) return null;
  return {
    tenantId: own,
    deviceId: null,
    deviceName: '',
    groupId: group?.id ?? null,
    groupName: group?.fullName ?? '',
    ipAddress: '',
  };
};

const publish = async (
  tx: Tx,
  sender: EventSender | null,
  event: Parameters<ReturnType<typeof eventStore>['publish']>[1] | null,
): Promise<void> => {
  if (sender && event)
    await eventStore(administrationDb(tx).events).publish(sender, { ...event, product: SERVER_PRODUCT });
};

/**
 * A revision of a save and the audit event that leads to it, in the transaction of the save.
 *
 * @param code the event's type where it is not the kind's own
 * @returns null when the save changed nothing
 */
export const recordSave = async (
  tx: Tx,
  save: Save,
  { group, code }: { group?: GroupOfObject; code?: string } = {},
): Promise<Revision | null> => {
  const revision = await revisionStore(administrationDb(tx).revisions, 'all').record(save);
  if (!revision) return null;
  await publish(tx, await senderOf(tx, save.object.tenantId, group), revisionEvent(revision, save, labelOf, code));
  return revision;
};

/** Puts an event of a tenant's server on its way; null: of the main server. In the transaction of its cause. */
export const publishOfServer = async (
  tx: Tx,
  tenantId: string | null,
  event: Parameters<ReturnType<typeof eventStore>['publish']>[1],
): Promise<void> => publish(tx, await senderOf(tx, tenantId), event);

/** 4150 for a command that somebody gave to a device, in the transaction of the command. */
export const recordCommand = async (
  tx: Tx,
  device: EventSender,
  command: { id: string; displayName: string },
  { doer, at }: { doer: Doer; at: Date },
): Promise<void> => {
  const object = { kind: 'command', id: command.id, name: `${command.displayName} on ${device.deviceName}` };
  await publish(tx, device, statusChangedEvent({ object, what: 'given', doer }, at));
};

/** 4150 for what somebody did to a task, as starting it, in the transaction of the act. */
export const recordTaskAct = async (
  tx: Tx,
  task: { id: string; tenantId: string; name: string },
  what: string,
  { doer, at }: { doer: Doer; at: Date },
): Promise<void> => {
  const object = { kind: 'task', id: task.id, name: task.name };
  await publish(tx, await senderOf(tx, task.tenantId), statusChangedEvent({ object, what, doer }, at));
};

/**
 * What happens to accounts, which live outside of this system: their audit lines become the server's own events and,
 * for users and tokens, revisions. Each line once: right after it was written, or when it is looked back at.
 */
export const createAccountHistory = ({
  database,
  clock,
  linesSince,
  onPublished,
}: {
  database: Database;
  clock: Clock;
  /** Audit lines of these actions, oldest first. */
  linesSince: (at: Date, actions: readonly string[]) => Promise<(AuditLine & { at: Date })[]>;
  onPublished: () => void;
}) => {
  const schema = () => database.forSchema<AdministrationTables>('administration');

  const publishLine = async (line: AuditLine, at: Date): Promise<void> => {
    const acts = actsOf(line);
    if (acts.length === 0 || line.requestId === null) return;
    const key = `${line.action} ${line.requestId}`;
    const doer = { actor: line.actor, actorKind: line.actorKind, address: line.address };
    await schema()
      .transaction()
      .execute(async (tx) => {
        const isFirst = await revisionStore(administrationDb(tx).revisions, 'all').takeCall(key, at);
        if (!isFirst) return;
        for (const act of acts) {
          if (act.what === 'connection') {
            await publish(tx, await senderOf(tx, line.tenantId), connectionEvent({ ...act, doer }, at));
          } else if (act.what === 'password') {
            await publish(tx, await senderOf(tx, null), passwordEvent({ ...act, doer }, at));
          } else {
            const { object, before, after, code } = act;
            const save = { object: { ...object, tenantId: null }, before, after, doer, at };
            await recordSave(tx, save, code === undefined ? {} : { code });
          }
        }
      });
    onPublished();
  };

  return {
    /** To be called when the line is written. */
    onAudited: (line: AuditLine): Promise<void> => publishLine(line, clock()),

    /** Publishes what was cut off between an audit line and its event. */
    catchUp: async (): Promise<void> => {
      const now = clock();
      const from = new Date(now.getTime() - LOOK_BACK_MS);
      for (const line of await linesSince(from, accountActions)) await publishLine(line, line.at);
      const old = new Date(now.getTime() - KEEP_CALLS_MS);
      await revisionStore(administrationDb(schema()).revisions, 'all').forgetCalls(old);
    },
  };
};
