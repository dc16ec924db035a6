import { z } from 'zod';
import type { TestStep } from '../connector.ts';
import { PsaAnswerUnreadable, PsaError, PsaRefused } from '../errors.ts';
import type { AutotaskClient } from './client.ts';

const Information = z.object({
  info: z.object({
    userAccessForCreate: z.number().nullish(),
    userAccessForQuery: z.number().nullish(),
    userAccessForUpdate: z.number().nullish(),
  }),
});
type Access = keyof z.output<typeof Information>['info'];

/** What ticketing needs of each entity. Autotask says 0 none, 1 all, 2 restricted: restricted may well be enough. */
const needed: { entity: string; rights: [Access, string][] }[] = [
  { entity: 'Companies', rights: [['userAccessForQuery', 'read']] },
  {
    entity: 'Tickets',
    rights: [
      ['userAccessForQuery', 'read'],
      ['userAccessForCreate', 'create'],
      ['userAccessForUpdate', 'edit'],
    ],
  },
  {
    entity: 'TicketNotes',
    rights: [
      ['userAccessForQuery', 'read'],
      ['userAccessForCreate', 'create'],
    ],
  },
  { entity: 'BillingCodes', rights: [['userAccessForQuery', 'read']] },
];

/** Address, login, rights: in this order, and no further than the first that fails. */
export const testAutotask = async (client: AutotaskClient): Promise<TestStep[]> => {
  const steps: TestStep[] = [];
  const attempt = async (step: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      steps.push({ step, ok: true, message: await work() });
      return true;
    } catch (error) {
      if (!(error instanceof PsaError)) throw error;
      steps.push({ step, ok: false, message: error.message });
      return false;
    }
  };

  const reached = await attempt(
    'Address',
    async () => `Autotask answers at ${new URL((await client.base()).api).host}`,
  );
  if (!reached) return steps;
  const signedIn = await attempt('Login', async () => {
    await client.readThreshold();
    return 'User name, secret and tracking identifier are accepted';
  });
  if (!signedIn) return steps;

  await attempt('Rights', async () => {
    const missing: string[] = [];
    for (const { entity, rights } of needed) {
      const read = Information.safeParse(await client.read(entity, `${entity}/entityInformation`));
      if (!read.success) throw new PsaAnswerUnreadable(`Autotask describes ${entity} in an unknown shape`);
      const lacks = rights.filter(([access]) => read.data.info[access] === 0).map(([, right]) => right);
      if (lacks.length > 0) missing.push(`${entity}: ${lacks.join(', ')}`);
    }
    if (missing.length > 0) {
      throw new PsaRefused(`The API user's security level lacks rights. Missing: ${missing.join('; ')}`);
    }
    return 'The API user may do all that ticketing needs';
  });
  return steps;
};
