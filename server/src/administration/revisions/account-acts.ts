import type { ObjectKind } from '@gatehouse/contract';
import type { AuditLine } from '../../platform/http/index.ts';
import type { ObjectState } from './revision.ts';

/** What an audit line about accounts means for the server's own events. */
export type AccountAct =
  | { what: 'connection'; isBegin: boolean; door: string }
  | {
      what: 'save';
      object: { kind: ObjectKind; id: string; name: string };
      before: ObjectState | null;
      after: ObjectState | null;
      /** Undefined: as the kind of object says. */
      code?: string;
    };

const CONSOLE = 'console';
const OPEN_API = 'KSC Open API';
const RIGHTS = 'KLAUD_EV_OBJECTACLMODIFIED';
const RIGHT_FIELDS = ['role', 'tenantIds'];
/** What is part of a user or token as an object; times of use are not. */
const STATE_FIELDS = ['name', 'role', 'tenantIds', 'disabled', 'expiresAt'];

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const stateOf = (value: unknown): ObjectState | null => {
  const fields = fieldsOf(value);
  if (!fields) return null;
  return Object.fromEntries(
    STATE_FIELDS.flatMap((name) => (Object.hasOwn(fields, name) ? [[name, fields[name]]] : [])),
  ) as ObjectState;
};

/** The object of a line is named by its state after, or before when it is gone. */
const save = (line: AuditLine, kind: ObjectKind, words: { code?: string } = {}): AccountAct | null => {
  const named = fieldsOf(line.after) ?? fieldsOf(line.before);
  if (typeof named?.id !== 'string') return null;
  const object = { kind, id: named.id, name: String(named.name ?? '') };
  return { what: 'save', object, before: stateOf(line.before), after: stateOf(line.after), ...words };
};

const changesRights = (line: AuditLine): boolean => {
  const [before, after] = [fieldsOf(line.before), fieldsOf(line.after)];
  return RIGHT_FIELDS.some((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
};

const acts: Record<string, (line: AuditLine) => AccountAct | null> = {
  'setup.completed': () => ({ what: 'connection', isBegin: true, door: CONSOLE }),
  'session.started': () => ({ what: 'connection', isBegin: true, door: CONSOLE }),
  'session.ended': () => ({ what: 'connection', isBegin: false, door: CONSOLE }),
  'session.expired': () => ({ what: 'connection', isBegin: false, door: CONSOLE }),
  'open-api.login': () => ({ what: 'connection', isBegin: true, door: OPEN_API }),
  'open-api.logout': () => ({ what: 'connection', isBegin: false, door: OPEN_API }),
  'user.added': (line) => save(line, 'user'),
  'user.changed': (line) => save(line, 'user', changesRights(line) ? { code: RIGHTS } : {}),
  'api-token.added': (line) => save({ ...line, before: null }, 'api-token'),
  'api-token.revoked': (line) => save({ ...line, after: null }, 'api-token'),
};

/** Actions of audit lines that make events of the server. */
export const accountActions: readonly string[] = Object.keys(acts);

/** What a line says that was done; null: nothing that makes an event. */
export const actOf = (line: AuditLine): AccountAct | null =>
  line.outcome === 'done' && Object.hasOwn(acts, line.action) ? (acts[line.action]?.(line) ?? null) : null;
