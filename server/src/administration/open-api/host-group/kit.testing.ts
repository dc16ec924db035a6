import { PxgError } from '@gatehouse/protocols/ksc-open-api';
import { expect } from 'vitest';
import type { TestAdministration } from '../../../testing/administration.ts';

/** No device has it. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Two virtual servers with the groups that every one has, and a user of the first alone. */
export const twoCustomers = async (msp: TestAdministration) => {
  const [acme, other] = [await msp.addTenant('Acme'), await msp.addTenant('Other')];
  const fixed = async (tenantId: string, kind: 'managed' | 'unassigned') =>
    (await msp.administration.groupsOf(tenantId).fixed(kind)).id;
  const rights = ['devices:read', 'devices:write', 'groups:write', 'incidents:write', 'statuses:write', 'tasks:read'];
  msp.addUser('of-acme', rights, [acme.id]);
  return {
    acme,
    acmeRoot: await fixed(acme.id, 'managed'),
    acmeUnassigned: await fixed(acme.id, 'unassigned'),
    otherRoot: await fixed(other.id, 'managed'),
  };
};
export type TwoCustomers = Awaited<ReturnType<typeof twoCustomers>>;

/** Calls of HostGroup by the project's own client, over the real wire. */
export const hostGroupCalls = (of: () => TestAdministration) => {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object = {}, client = of().client()): Promise<any> =>
    client.call(`HostGroup.${method}`, args as never);
  const retVal = async (method: string, args: object = {}, client = of().client()) =>
    (await ask(method, args, client)).PxgRetVal;
  return {
    ask,
    retVal,
    /** Of the error with which it ends; null: with none. */
    codeOf: (work: Promise<unknown>): Promise<number | null> =>
      work.then(
        () => null,
        (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
      ),
    /** The end of an action, as CheckActionState tells it once. */
    outcome: async (method: string, args: object, client = of().client()) => {
      const { strActionGuid, wstrActionGuid } = await ask(method, args, client);
      expect(wstrActionGuid).toBe(strActionGuid);
      expect(strActionGuid).toMatch(/^[0-9A-F]{32}$/);
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
      let state: any;
      do state = await client.call('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strActionGuid });
      while (state.bFinalized !== true);
      return state;
    },
    /** The group in which the console shows the device. */
    placeOf: async (id: string) => (await of().call('GET', `/api/devices/${id}`)).body.groupId,
    addHost: (name: string, groupId: number, more: object = {}, client = of().client()) =>
      retVal(
        'AddHost',
        {
          pInfo: {
            KLHST_WKS_DN: name,
            KLHST_WKS_GROUPID: groupId,
            KLHST_WKS_WINDOMAIN: 'ACME',
            KLHST_WKS_WINHOSTNAME: name.toUpperCase(),
            KLHST_WKS_DNSDOMAIN: 'example.test',
            KLHST_WKS_DNSNAME: name,
            ...more,
          },
        },
        client,
      ),
  };
};
