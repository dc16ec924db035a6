import type { ArgumentReader, Params } from '@gatehouse/protocols/ksc-open-api';
import { pxgError } from '@gatehouse/protocols/ksc-open-api';
import type { Administration } from '../administration.ts';
import type { Login } from './login.ts';

/** Somebody who can sign in here. */
export interface Person {
  id: string;
  name: string;
  /** Null: of all tenants. */
  tenantIds: readonly string[] | null;
}

/** What the audit trail shall say of a write beside who called what: which objects, and how they were and are. */
export interface AuditDetails {
  tenantId?: string;
  before?: unknown;
  after?: unknown;
}

/** What a method gets: its arguments, read by type, and whose call it is. */
export interface Call {
  args: ArgumentReader;
  login: Login;
  now: Date;
  nowMs: number;
  administration: OpenApiDoors;
  /** Everybody who can sign in, whatever the login may see. */
  people: () => Promise<readonly Person[]>;
  /** Of a method that changes something: adds to its line in the audit trail. */
  audit: (details: AuditDetails) => void;
}

/** The doors of the modules that the Open API speaks over. */
export type OpenApiDoors = Pick<
  Administration,
  | 'tenantsOf'
  | 'groupsOf'
  | 'groupsIn'
  | 'devicesOf'
  | 'searchOf'
  | 'listsOf'
  | 'eventsOf'
  | 'eventDeletions'
  | 'eventSelections'
  | 'deviceSelections'
  | 'countsOf'
  | 'notedOf'
  | 'incidents'
  | 'inventoryOf'
  | 'statusRules'
  | 'storedSizes'
  | 'writes'
  | 'setVisibility'
  | 'ingest'
  | 'visibleSince'
  | 'visibleForMinutes'
  | 'hierarchy'
  | 'policies'
  | 'tasks'
  | 'licenses'
  | 'frequentEvents'
  | 'frequentEventsOf'
  | 'publish'
  | 'reports'
  | 'notifications'
>;

export interface Method {
  /** The right that it asks for; every method but those of the session asks for one. */
  needs: string | null;
  /** For a method that changes something: what the audit trail calls it. */
  audit?: string;
  /** What this server does in its own way, for docs/open-api.md. */
  note?: string;
  run: (call: Call) => Promise<Params> | Params;
}

/** The methods of one class of the Open API, by name. */
export type MethodClass = Readonly<Record<string, Method>>;

/** @throws PxgError 1184 */
export const requireRight = (login: Login, method: Method): void => {
  if (method.needs !== null && !login.user.permissions.has(method.needs)) {
    throw pxgError('noAccess', `Access denied: ${login.user.name} does not have the right ${method.needs}`);
  }
};
