import { randomUUID } from 'node:crypto';
import type { VirtualClock } from './clock.ts';
import { dayOf } from './contract-periods.ts';
import type { ApiUser, Database, Rights, State, WorkflowRule, Zone } from './database.ts';
import {
  type CategoryRule,
  type EntitySpec,
  type FieldSpec,
  fieldNamed,
  type PicklistValue,
  type StoredRow,
  type Switches,
  type Values,
} from './entities/entity.ts';
import { entityNamed } from './entities/list.ts';
import { ApiFailure, BadControlRequest, UnknownThing } from './errors.ts';
import type { FaultRule, Faults, PlannedFault } from './faults.ts';
import { fixture, fixtureIds, fullRow } from './fixture.ts';
import type { LimitSettings, Limits } from './limits.ts';
import { isState } from './persistence.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import { type Actor, createRow, updateRow } from './writes.ts';

interface Parts {
  db: Database;
  clock: VirtualClock;
  limits: Limits;
  faults: Faults;
  requestLog: RequestLog;
  realNow: () => Date;
  /** Where each zone of this sandbox answers. */
  origins: ReadonlyMap<Zone, string>;
}

/** What a test or a demo may do to the sandbox beside the API: as administrator, technician, or fate. */
export const createControls = ({ db, clock, limits, faults, requestLog, realNow, origins }: Parts) => {
  const technician: Actor = { resourceId: fixtureIds.technician, impersonatorId: null };

  const spec = (entity: string): EntitySpec => {
    const found = entityNamed(entity);
    if (!found) throw new UnknownThing(`There is no entity ${entity}`);
    return found;
  };
  /** The refusals of the API become sentences of the control API. */
  const asTechnician = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const { errors } = error.body as { errors?: string[] };
      throw new BadControlRequest(errors?.join('; ') ?? error.message, { cause: error });
    }
  };
  const ticketField = (name: string): FieldSpec => {
    const found = spec('Tickets').fields.find((field) => field.name === name);
    if (!found) throw new BadControlRequest(`Tickets has no field ${name}`);
    return found;
  };
  const picklistOf = (entity: string, field: string): { spec: EntitySpec; field: string; values: PicklistValue[] } => {
    const owner = spec(entity);
    const found = fieldNamed(owner, field);
    if (!found?.picklist) throw new UnknownThing(`${entity} has no picklist ${field}`);
    if (found.picklistOf) throw new BadControlRequest(`The values of ${field} are the rows of ${found.picklistOf}`);
    return { spec: owner, field: found.name, values: db.picklist(owner.name, found.name) };
  };

  return {
    /** Back to the fixture: rows, picklists, switches, clock, limits, faults and request log. */
    reset: (): void => {
      db.replace(fixture(realNow()));
      limits.reset();
      faults.clear();
      requestLog.clear();
    },
    state: (): State => db.dump(),
    /** Loads what `state` gave out earlier. */
    loadState: (state: unknown): void => {
      if (!isState(state)) throw new BadControlRequest('This is not a state of the sandbox, version 1');
      db.replace(state);
    },

    now: (): Date => clock.now(),
    setClock: (moment: Date): void => clock.set(moment),
    advanceClock: (milliseconds: number): void => clock.advance(milliseconds),

    switches: (): Switches => ({ ...db.switches }),
    changeSwitches: (next: Partial<Switches>): Switches => {
      db.switches = { ...db.switches, ...next };
      return db.switches;
    },

    zone: (): { zone: Zone; origin: string } => ({ zone: db.zone, origin: origins.get(db.zone) ?? '' }),
    /** Moves the database to another zone: discovery names it, and calls at the old one answer 401. */
    moveToZone: (zone: Zone): void => {
      if (!origins.has(zone)) throw new BadControlRequest('Start the sandbox with a second zone to move there');
      db.zone = zone;
    },

    addFault: (rule: Partial<FaultRule> & Pick<FaultRule, 'path'>): PlannedFault => faults.add(rule),
    faults: (): PlannedFault[] => faults.list(),
    clearFaults: (): void => faults.clear(),
    removeFault: (id: number): void => {
      if (!faults.remove(id)) throw new UnknownThing(`There is no fault ${id}`);
    },

    requests: (): LoggedRequest[] => requestLog.list(),
    clearRequests: (): void => requestLog.clear(),

    limits: () => ({ ...limits.settings, used: limits.information(clock.now()).currentTimeframeRequestCount }),
    /** `used` is the number of calls that the database shall believe were made in the last hour. */
    changeLimits: ({ used, ...settings }: Partial<LimitSettings> & { used?: number }): void => {
      limits.change(settings);
      if (used !== undefined) limits.setUsed(used, clock.now());
    },

    /** The rows of an entity as they are stored: also what the API never gives out, as contract service adjustments. */
    rows: (entity: string): StoredRow[] => structuredClone(db.rows(spec(entity).name)),
    /**
     * Bills a contract up to a day: every quantity that ends by then is posted and closed to adjustments.
     * @returns how many quantities were posted
     */
    approveAndPost: (contractId: number, until: string): number => {
      const contract = db.find('Contracts', contractId);
      if (!contract) throw new UnknownThing(`Contracts has no row ${contractId}`);
      let posted = 0;
      for (const entity of ['ContractServiceUnits', 'ContractServiceBundleUnits']) {
        for (const row of db.rows(entity)) {
          const isDue = row.values.contractID === contractId && dayOf(String(row.values.endDate)) <= until;
          if (!isDue || row.values.approveAndPostDate !== null) continue;
          const values = { ...row.values, approveAndPostDate: clock.now().toISOString() };
          db.put(entity, { ...row, values });
          posted += 1;
        }
      }
      return posted;
    },

    /** Creates a row as a technician would in the UI: with all checks, without rights. */
    createRow: (entity: string, values: Record<string, unknown>): number => {
      const owner = spec(entity);
      const parentField = owner.child?.parentField;
      const parentId = parentField && typeof values[parentField] === 'number' ? values[parentField] : null;
      return asTechnician(() => createRow(db, owner, values, { actor: technician, now: clock.now(), parentId })).values
        .id;
    },
    /** Changes a row as a technician would in the UI. */
    updateRow: (entity: string, id: number, values: Record<string, unknown>): void => {
      const owner = spec(entity);
      if (!db.find(owner.name, id)) throw new UnknownThing(`${owner.name} has no row ${id}`);
      asTechnician(() =>
        updateRow(db, owner, { ...values, id }, { actor: technician, now: clock.now(), verb: 'PATCH' }),
      );
    },
    /** Removes a row without any check, as a purge or a merge does. */
    removeRow: (entity: string, id: number): void => {
      if (!db.remove(spec(entity).name, id)) throw new UnknownThing(`${entity} has no row ${id}`);
    },
    /** Puts rows in as they are, unchecked: read-only fields too. Rows with the same id are replaced. */
    putRows: (entity: string, rows: (Values & { id: number })[], { clearFirst = false } = {}): void => {
      const owner = spec(entity);
      const unknown = rows
        .flatMap((row) => Object.keys(row))
        .find((name) => !owner.fields.some((one) => one.name === name));
      if (unknown !== undefined) throw new BadControlRequest(`${owner.name} has no field ${unknown}`);
      if (clearFirst) db.clear(owner.name);
      for (const row of rows) db.put(owner.name, fullRow(owner.name, row));
    },
    /** Creates client companies by name; a name that exists already is left alone. */
    createCompanies: (
      companies: { companyName: string; companyType?: number }[],
    ): { id: number; companyName: string }[] =>
      companies.map(({ companyName, companyType = 1 }) => {
        const existing = db.rows('Companies').find(({ values }) => values.companyName === companyName);
        if (existing) return { id: existing.values.id, companyName };
        const values = { companyName, companyType, phone: '555-0100', ownerResourceID: fixtureIds.technician };
        const created = asTechnician(() =>
          createRow(db, spec('Companies'), values, { actor: technician, now: clock.now() }),
        );
        return { id: created.values.id, companyName };
      }),

    putPicklistValue: (
      entity: string,
      field: string,
      value: Pick<PicklistValue, 'value'> & Partial<PicklistValue>,
    ): void => {
      const list = picklistOf(entity, field);
      const before = list.values.find((one) => one.value === value.value);
      const base = {
        label: value.value,
        isDefaultValue: false,
        sortOrder: list.values.length + 1,
        parentValue: '',
        isActive: true,
        isSystem: false,
      };
      const next = { ...base, ...before, ...value };
      const values = before ? list.values.map((one) => (one === before ? next : one)) : [...list.values, next];
      db.setPicklist(list.spec.name, list.field, values);
    },
    removePicklistValue: (entity: string, field: string, value: string): void => {
      const list = picklistOf(entity, field);
      const values = list.values.filter((one) => one.value !== value);
      if (values.length === list.values.length) throw new UnknownThing(`${entity}.${field} has no value ${value}`);
      db.setPicklist(list.spec.name, list.field, values);
    },

    setCategoryRule: (ticketCategoryId: number, rule: Partial<CategoryRule>): void => {
      if (!db.find('TicketCategories', ticketCategoryId))
        throw new UnknownThing(`There is no ticket category ${ticketCategoryId}`);
      for (const name of rule.requiredFields ?? []) ticketField(name);
      const before = db.categoryRule(ticketCategoryId) ?? {
        requiredFields: [],
        dueAfterHours: null,
        nonEditable: false,
      };
      db.setCategoryRule(ticketCategoryId, { ...before, ...rule });
    },
    /** What the customer's automation sets after each creation of a ticket. Values are checked here, not later. */
    setWorkflowRules: (rules: WorkflowRule[]): void => {
      for (const name of rules.flatMap(({ match }) => Object.keys(match))) ticketField(name);
      for (const [name, value] of rules.flatMap(({ set }) => Object.entries(set))) {
        const field = ticketField(name);
        const known = db.picklist('Tickets', field.name).some((one) => one.value === String(value) && one.isActive);
        if (!known)
          throw new BadControlRequest(`A workflow rule can set picklist values only: not ${name} to ${value}`);
      }
      db.workflowRules = rules;
    },

    setRights: (entity: string, rights: Partial<Rights>): void => db.setRights(spec(entity).name, rights),
    users: (): ApiUser[] => structuredClone(db.users),
    /** Changes the API user of the fixture: another secret, another tracking identifier, deactivated. */
    changeUser: (next: Partial<Pick<ApiUser, 'secret' | 'trackingId' | 'isActive'>>): void => {
      const [user] = db.users;
      if (!user) throw new UnknownThing('There is no API user; reset the sandbox');
      Object.assign(user, next);
      db.changed();
    },
    /** A new secret for the API user, as an administrator would generate one. */
    rotateSecret: (): string => {
      const secret = randomUUID();
      const [user] = db.users;
      if (!user) throw new UnknownThing('There is no API user; reset the sandbox');
      user.secret = secret;
      db.changed();
      return secret;
    },
  };
};
export type Controls = ReturnType<typeof createControls>;
