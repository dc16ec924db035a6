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
    }
  /** Something that is no part of an object's state: a revision would show no difference. */
  | { what: 'password'; object: { kind: ObjectKind; id: string; name: string } };

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
const objectOf = (line: AuditLine, kind: ObjectKind) => {
  const named = fieldsOf(line.after) ?? fieldsOf(line.before);
  return typeof named?.id === 'string' ? { kind, id: named.id, name: String(named.name ?? '') } : null;
};

const save = (line: AuditLine, kind: ObjectKind, words: { code?: string } = {}): AccountAct[] => {
  const object = objectOf(line, kind);
  if (!object) return [];
  return [{ what: 'save', object, before: stateOf(line.before), after: stateOf(line.after), ...words }];
};

const connection = (isBegin: boolean, door: string) => (): AccountAct[] => [{ what: 'connection', isBegin, door }];

/** The fields that the call gave; a password is none of the object's own. */
const newPassword = (line: AuditLine): AccountAct[] => {
  const given = fieldsOf(line.after)?.given;
  const object = objectOf(line, 'user');
  return object && Array.isArray(given) && given.includes('password') ? [{ what: 'password', object }] : [];
};

const changesRights = (line: AuditLine): boolean => {
  const [before, after] = [fieldsOf(line.before), fieldsOf(line.after)];
  return RIGHT_FIELDS.some((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
};

const acts: Record<string, (line: AuditLine) => AccountAct[]> = {
  'setup.completed': connection(true, CONSOLE),
  'session.started': connection(true, CONSOLE),
  'session.ended': connection(false, CONSOLE),
  'session.expired': connection(false, CONSOLE),
  'open-api.login': connection(true, OPEN_API),
  'open-api.logout': connection(false, OPEN_API),
  'user.added': (line) => save(line, 'user'),
  'user.changed': (line) => [...save(line, 'user', changesRights(line) ? { code: RIGHTS } : {}), ...newPassword(line)],
  'user.password-changed': ({ actorId: id, actor: name }) =>
    id === '' ? [] : [{ what: 'password', object: { kind: 'user', id, name } }],
  'api-token.added': (line) => save({ ...line, before: null }, 'api-token'),
  'api-token.revoked': (line) => save({ ...line, after: null }, 'api-token'),
};

/** Actions of audit lines that make events of the server. */
export const accountActions: readonly string[] = Object.keys(acts);

/** What a line says that was done, as far as it makes events. */
export const actsOf = (line: AuditLine): AccountAct[] =>
  line.outcome === 'done' && Object.hasOwn(acts, line.action) ? (acts[line.action]?.(line) ?? []) : [];
