import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import { policyDevices } from './devices/index.ts';
import { allGroups, groupStore } from './groups/index.ts';
import {
  createPolicyBook,
  createRollout,
  devicePolicyRoutes,
  devicePolicyStore,
  type PolicySaves,
  type PolicyStore,
  policyRoutes,
  policyStore,
} from './policies/index.ts';
import { addPolicyIn, changePolicyIn, removePolicyIn } from './policy-saves.ts';
import { createRunner } from './runner.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TenantScope } from './tenants/index.ts';

/** All devices are looked at this often, should a mark have been forgotten. */
const SWEEP_SECONDS = 3600;

export interface PolicyWorkParts {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  http: Http;
  clock: Clock;
  /** How far policies have come is something else: for consoles that look. */
  changed: () => void;
  /** Something was saved; its event waits to be carried. */
  onSaved: () => void;
  onError: (error: unknown) => void;
}

/** Policies: what administrators set, what devices get of it, and how far it has come. */
export const createPolicyWork = ({ db: schema, http, clock, changed, onSaved, onError }: PolicyWorkParts) => {
  const db = administrationDb(schema);
  const policies = policyStore(db.policies, 'all');
  const states = devicePolicyStore(db.devicePolicies);
  const devices = policyDevices(db.devices);
  const groupsOf = (tenantId: string) => groupStore(db.groups, tenantId);

  const book = createPolicyBook({
    version: policies.version,
    load: async () => ({ policies: await policies.list(), groups: await allGroups(db.groups) }),
  });
  const rollout = createRollout({
    book,
    states,
    devices,
    inTransaction: (work) =>
      schema.transaction().execute((tx) => {
        const own = administrationDb(tx);
        return work({
          policies: policyStore(own.policies, 'all'),
          states: devicePolicyStore(own.devicePolicies),
          devices: policyDevices(own.devices),
        });
      }),
    clock,
    changed,
  });
  const runner = createRunner({ run: rollout.run, sweep: rollout.sweep, sweepSeconds: SWEEP_SECONDS, onError });

  /** Policies, or the tree that they are inherited in, were changed. */
  const onChange = (): void => {
    book.changed();
    runner.poke();
    changed();
  };
  const saved = async <T>(work: (tx: Kysely<AdministrationTables>) => Promise<T>): Promise<T> => {
    const result = await schema.transaction().execute(work);
    onChange();
    onSaved();
    return result;
  };

  const saves: PolicySaves = {
    add: (place, content, doer) => saved((tx) => addPolicyIn(tx, place, content, { doer, at: clock() })),
    change: (id, change, version, doer) =>
      saved((tx) => changePolicyIn(tx, id, change, version, { doer, at: clock() })),
    remove: (id, doer) => saved((tx) => removePolicyIn(tx, id, { doer, at: clock() })),
  };
  const policiesOf = (scope: TenantScope) => policyStore(db.policies, scope);

  return {
    /** Policies of a scope of tenants, to be read. */
    of: (scope: TenantScope): Pick<PolicyStore, 'get' | 'list'> => policiesOf(scope),
    change: saves.change,
    /** What a sync is answered with; undefined: it is as the device told. */
    answer: rollout.answer,
    onChange,
    /** Devices may have other tags, or another group. */
    onDevices: runner.poke,
    /** All that follows from what was saved, for those who do not wait for the clock. */
    settle: rollout.run,
    /** Looks at all devices. */
    sweep: rollout.sweep,

    serve: (tenantNames: () => Promise<ReadonlyMap<string, string>>): void => {
      policyRoutes(http, {
        policiesOf,
        groupsOf,
        allGroups: () => allGroups(db.groups),
        tenantNames,
        saves,
        states,
        devices,
        book,
      });
      devicePolicyRoutes(http, { devices, states, groupsOf, book });
    },

    start: runner.start,
    stop: runner.stop,
  };
};
