/** A small MSP on a fresh server: an administrator, tenants, a PSA stand-in with a company for each, mapping and rules. */
import {
  addApiToken,
  addEnrolmentToken,
  addIntegration,
  addTenant,
  listMappings,
  listTicketRules,
  putMapping,
  putTicketRules,
  setUp,
} from '../../contract/src/index.ts';
import { type AutotaskSandbox, sampleCredentials } from '../../sandboxes/src/autotask/index.ts';
import { waitFor } from '../main-job/wait.ts';
import { type Api, apiClient } from './api.ts';

/** The reason of the rule that most stories live on. */
export const ACTIVE_THREATS = 'status:critical:activeThreats';

export interface MspTenant {
  tenantId: string;
  name: string;
  enrolmentToken: string;
}

export interface Msp {
  /** With an API token, so that it outlives the server's process. */
  api: Api;
  integrationId: string;
  tenants: MspTenant[];
}

export const prepareMsp = async ({
  server,
  psa,
  tenantNames,
  rules,
  withinMs = 60_000,
}: {
  server: { url: string; setUpLink(): Promise<string> };
  psa: AutotaskSandbox;
  tenantNames: readonly string[];
  rules: readonly string[];
  withinMs?: number;
}): Promise<Msp> => {
  const people = apiClient(server.url);
  const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
  const { secret } = await people.call(addApiToken, { body: { name: 'Story', role: 'administrator' } });
  const api = apiClient(server.url, secret);

  const tenants: MspTenant[] = [];
  for (const name of tenantNames) {
    const { id: tenantId } = await api.call(addTenant, { body: { name } });
    const made = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story' } });
    tenants.push({ tenantId, name, enrolmentToken: made.secret });
  }

  const { userName, secret: psaSecret, trackingId } = sampleCredentials;
  const { id: integrationId } = await api.call(addIntegration, {
    body: {
      kind: 'autotask',
      name: 'Our Autotask',
      settings: { baseUrl: psa.baseUrl, userName, secret: psaSecret, trackingId },
    },
  });
  const params = { integrationId };
  const known = (await api.call(listTicketRules, { params })).items;
  const wanted = known.filter(({ reason }) => rules.includes(reason));
  if (wanted.length !== rules.length) throw new Error(`not all of these rules exist: ${rules.join(', ')}`);
  await api.call(putTicketRules, {
    params,
    body: { rules: wanted.map(({ title: _title, problem: _problem, ...rule }) => ({ ...rule, enabled: true })) },
  });
  const companies = psa.controls.createCompanies(tenantNames.map((companyName) => ({ companyName })));
  for (const { name } of tenants) {
    const { sourceId, sourceTenantId } = await waitFor(
      `the tenant ${name} in the list of mappings`,
      async () =>
        (await api.call(listMappings, { params })).items.find(({ sourceTenantName }) => sourceTenantName === name),
      { withinMs },
    );
    const account = companies.find(({ companyName }) => companyName === name);
    await api.call(putMapping, {
      params: { ...params, sourceId, sourceTenantId },
      body: { accountId: String(account?.id) },
    });
  }
  return { api, integrationId, tenants };
};
