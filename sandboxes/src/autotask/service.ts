import type { VirtualClock } from './clock.ts';
import type { ApiUser, Database, Rights, Zone } from './database.ts';
import { type Operation, resolve } from './endpoints.ts';
import type { EntitySpec, WriteVerb } from './entities/entity.ts';
import { entities } from './entities/list.ts';
import { ApiFailure, noPermission, noSuchPath, refused } from './errors.ts';
import { fixtureIds } from './fixture.ts';
import { readLenientJson } from './lenient-json.ts';
import type { Limits } from './limits.ts';
import { entityInfo, fieldInfo, udfInfo } from './metadata.ts';
import { everything, present } from './present.ts';
import { type Cursor, countRows, readCursor, runQuery, writeCursor } from './query/query.ts';
import { handleDuplicate, runWorkflowRules } from './tickets-automation.ts';
import { type Actor, createRow, deleteRow, ownRow, updateRow } from './writes.ts';

/** One HTTP request, without the HTTP server. */
export interface ApiRequest {
  method: string;
  /** Segments below the version, decoded. */
  path: string[];
  query: URLSearchParams;
  body: string;
  header(name: string): string | undefined;
  /** Scheme, host and port by which the caller reached us. */
  origin: string;
  /** The zone that answers at this address. */
  zone: Zone;
}

export const BASE_PATH = '/ATServicesRest/V1.0';

interface Parts {
  db: Database;
  limits: Limits;
  clock: VirtualClock;
  /** Where a zone answers; undefined when this sandbox does not have it. */
  originOf(zone: Zone): string | undefined;
}

/** Creates the API proper: an authenticated request in, a JSON value out. Every failure is an ApiFailure. */
export const createService = ({ db, limits, clock, originOf }: Parts) => {
  const unauthorized = () =>
    new ApiFailure(401, db.switches.unauthorizedBody === 'empty' ? '' : 'The credentials are not valid.');

  /** @throws ApiFailure 401 for user and secret, 500 for the tracking identifier */
  const authenticate = ({ header, zone }: ApiRequest): ApiUser => {
    const user = db.users.find((one) => one.userName.toLowerCase() === header('username')?.toLowerCase());
    const isKnown = user?.isActive === true && user.secret === header('secret');
    // A database is known in its own zone only.
    if (!user || !isKnown || db.switches.wrongZone || zone !== db.zone) throw unauthorized();
    if (header('apiintegrationcode') !== user.trackingId) throw refused('IntegrationCode is invalid.');
    return user;
  };

  const actorOf = (user: ApiUser, { header }: ApiRequest): Actor => {
    const impersonated = header('impersonationresourceid');
    if (impersonated === undefined) return { resourceId: user.resourceId, impersonatorId: null };
    const resource = /^\d{1,15}$/.test(impersonated) ? db.find('Resources', Number(impersonated)) : undefined;
    if (resource?.values.isActive !== true) throw refused('ImpersonationResourceId does not exist or is invalid.');
    return { resourceId: resource.values.id, impersonatorId: user.resourceId };
  };

  const perform = (operation: Operation, request: ApiRequest, user: ApiUser): unknown => {
    const now = clock.now();
    if (operation.spec === null) {
      return operation.kind === 'threshold'
        ? limits.information(now)
        : { info: entities.map((one) => entityInfo(db, one)) };
    }
    demandRight(db, operation);
    const { spec } = operation;
    switch (operation.kind) {
      case 'info':
        return { info: entityInfo(db, spec) };
      case 'fields':
        return { fields: fieldInfo(db, spec) };
      case 'udf':
        return { fields: udfInfo(db, spec) };
      case 'query':
        return runQuery(db, spec, searchOf(request), null, pageUrl(request, spec));
      case 'next':
      case 'previous': {
        const cursor = readCursor(readLenientJson(parameter(request.query, 'paging') ?? 'null'), operation.kind);
        return runQuery(db, spec, searchOf(request), cursor, pageUrl(request, spec));
      }
      case 'count':
        return countRows(db, spec, searchOf(request));
      case 'get': {
        const row = ownRow(db, spec, operation.id, operation.parentId);
        if (!row && db.switches.legacy404) throw noSuchPath(`${spec.name}/${operation.id}`);
        return { item: row ? present(db, spec, [row], everything)[0] : null };
      }
      case 'children': {
        const field = spec.child?.parentField ?? '';
        const items = db.rows(spec.name).filter(({ values }) => values[field] === operation.parentId);
        return {
          items: present(db, spec, items, everything),
          pageDetails: { count: items.length, requestCount: items.length, prevPageUrl: null, nextPageUrl: null },
        };
      }
      case 'create': {
        const actor = actorOf(user, request);
        const { parentId } = operation;
        const row = createRow(db, spec, readLenientJson(request.body), { actor, now, parentId });
        if (spec.name !== 'Tickets') return { itemId: row.values.id };
        const itemId = handleDuplicate(db, row, actor, now);
        runWorkflowRules(db, row, { resourceId: fixtureIds.technician, impersonatorId: null }, now);
        return { itemId };
      }
      case 'patch':
      case 'put': {
        const verb = operation.kind === 'patch' ? 'PATCH' : 'PUT';
        const { parentId } = operation;
        const actor = actorOf(user, request);
        return { itemId: updateRow(db, spec, readLenientJson(request.body), { actor, now, verb, parentId }).values.id };
      }
      case 'delete':
        deleteRow(db, spec, operation.id, operation.parentId);
        return { itemId: operation.id };
    }
  };

  return {
    /** `GET versioninformation`: no login, no limits. */
    versionInformation: () => ({ apiVersions: ['1.0'] }),

    /**
     * `GET zoneInformation`: no login, no limits.
     * @throws ApiFailure 500 for an unknown or missing user
     */
    zoneInformation: ({ query, origin: here, zone }: ApiRequest) => {
      const wanted = parameter(query, 'user')?.toLowerCase();
      const isKnown = db.users.some((user) => user.userName.toLowerCase() === wanted);
      if (!isKnown) throw refused('Zone information could not be determined for the user.');
      // The host by which the caller came is better than the one that we know of ourselves.
      const origin = zone === db.zone ? here : (originOf(db.zone) ?? here);
      return {
        zoneName: db.zone === 1 ? 'Sandbox' : 'Sandbox, second zone',
        url: db.switches.zoneUrl ?? `${origin}/ATServicesRest/`,
        // The pages for people are in the first zone alone.
        webUrl: `${zone === 1 ? here : (originOf(1) ?? here)}/`,
        ci: 30_595,
      };
    },

    /**
     * Lets a request in: login, route, thread, hourly limit.
     *
     * @returns how long to wait, the work to do then, and the thread to give back at the end
     */
    admit: (request: ApiRequest) => {
      const user = authenticate(request);
      const operation = resolve(request.method, request.path);
      const release = limits.takeThread(user.trackingId, operation.spec?.name ?? operation.kind);
      try {
        const { waitMs } = limits.admit(clock.now());
        return { waitMs, release, perform: () => perform(operation, request, user) };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
};
export type Service = ReturnType<typeof createService>;

/** A query parameter by its name in any casing. */
const parameter = (query: URLSearchParams, name: string): string | undefined =>
  [...query].find(([key]) => key.toLowerCase() === name)?.[1];

/** The search of a GET is a parameter, that of a POST the body: also on the following pages. */
const searchOf = ({ method, query, body }: ApiRequest): unknown => {
  const source = method === 'GET' ? parameter(query, 'search') : body;
  if (source === undefined || source.trim() === '') throw refused('A filter is required. Supply a search.');
  return readLenientJson(source);
};

const pageUrl =
  ({ method, query, origin }: ApiRequest, spec: EntitySpec) =>
  (cursor: Cursor): string => {
    const search = method === 'GET' ? `&search=${encodeURIComponent(parameter(query, 'search') ?? '')}` : '';
    const paging = encodeURIComponent(writeCursor(cursor));
    return `${origin}${BASE_PATH}/${spec.name}/query/${cursor.direction}?paging=${paging}${search}`;
  };

const RIGHT_OF: Partial<Record<Operation['kind'], keyof Rights>> = {
  query: 'query',
  next: 'query',
  previous: 'query',
  count: 'query',
  get: 'query',
  children: 'query',
  create: 'create',
  patch: 'update',
  put: 'update',
  delete: 'delete',
} satisfies Partial<Record<Operation['kind'] | Lowercase<WriteVerb>, keyof Rights>>;

const demandRight = (db: Database, { kind, spec }: Operation & { spec: EntitySpec }): void => {
  const right = RIGHT_OF[kind];
  if (right && db.rightsOn(spec.name)[right] === 0) throw noPermission(right, spec.name);
};
