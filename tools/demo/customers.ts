/** Tenants, groups and settings of the demo, by the console's API. What is there already stays as it is. */
import {
  addEnrolmentToken,
  addGroup,
  addTenant,
  changeStatusSettings,
  type Group,
  listGroups,
  listTenants,
} from '../../contract/src/index.ts';
import { companies } from './companies.ts';
import type { DemoParts } from './parts.ts';

/** A company as the server knows it. */
export interface Customer {
  tenantId: string;
  groups: readonly Group[];
}

/** More finds than this make a device Warning in the demo. */
const MANY_VIRUSES = 4;
const TOKEN_DAYS = 1;

/** @returns by company name; a company that somebody deleted is left out */
export const makeCustomers = async ({ api, memory, say }: DemoParts): Promise<Map<string, Customer>> => {
  const { state, save } = memory;
  const before = new Map((await api.call(listTenants, {})).items.map((tenant) => [tenant.name, tenant.id]));
  if (!state.tenantsMade) say(`Demo: making ${companies.length} customers with their groups`);
  const customers = new Map<string, Customer>();
  for (const company of companies) {
    let tenantId = before.get(company.name);
    if (!tenantId && state.tenantsMade) continue;
    tenantId ??= (await api.call(addTenant, { body: { name: company.name } })).id;
    const params = { tenantId };
    const groups = (await api.call(listGroups, { params })).items;
    const managed = groups.find(({ kind }) => kind === 'managed');
    if (!managed) throw new Error(`${company.name} has no group of managed devices`);
    if (!state.tenantsMade) {
      for (const name of company.groups) {
        if (groups.some((group) => group.name === name)) continue;
        groups.push(await api.call(addGroup, { params, body: { name, parentId: managed.id } }));
      }
    }
    if (!state.settingsMade) {
      const level = (enabled: boolean, value: number) => ({ enabled, value, choices: [] });
      const setting = { critical: level(false, 0), warning: level(true, MANY_VIRUSES), locked: false };
      await api.call(changeStatusSettings, {
        params: { ...params, groupId: managed.id },
        body: { changes: [{ condition: 'tooManyViruses', setting }] },
      });
    }
    customers.set(company.name, { tenantId, groups });
  }
  Object.assign(state, { tenantsMade: true, settingsMade: true });
  save();
  return customers;
};

/** A token for devices of one group, good for a day. A group that somebody deleted gives way to the managed devices. */
export const enrolmentTokenFor = async ({ api }: DemoParts, customer: Customer, groupName: string): Promise<string> => {
  const group = customer.groups.find(({ name }) => name === groupName);
  const { secret } = await api.call(addEnrolmentToken, {
    params: { tenantId: customer.tenantId },
    body: { name: `Demo, ${groupName}`, expiresInDays: TOKEN_DAYS, ...(group ? { groupId: group.id } : {}) },
  });
  return secret;
};
