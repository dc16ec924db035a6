/** The PSA of the demo: the stand-in, the connection to it, the mapping, the rules, and a technician at the desk. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import {
  addIntegration,
  changeIntegration,
  type Integration,
  listIntegrations,
  listMappings,
  listTicketRules,
  listTickets,
  putMapping,
  putTicketRules,
  type RuleReason,
} from '../../contract/src/index.ts';
import { type AutotaskSandbox, sampleCredentials, startAutotaskSandbox } from '../../sandboxes/src/autotask/index.ts';
import { COMPLETE } from '../main-job/psa.ts';
import { waitFor } from '../main-job/wait.ts';
import { companies } from './companies.ts';
import type { DemoParts } from './parts.ts';

const NAME = 'Autotask (stand-in of the demo)';
/** The Integration Service reads its sources every few seconds to minutes, as its setting says. */
const FIRST_READING_MS = 120_000;
const rulesOn: z.input<typeof RuleReason>[] = [
  'event:critical',
  'status:critical:activeThreats',
  'status:critical:protectionDisabled',
  'status:critical:securityAppNotInstalled',
  'status:critical:securityAppNotRunning',
  'status:critical:databasesOutdated',
  'status:critical:notConnected',
  'status:warning:databasesOutdated',
];

export interface Desk {
  sandbox: AutotaskSandbox;
  /** Account ids of the PSA by company name. */
  accounts: ReadonlyMap<string, string>;
}

/** @throws PortTaken, DataFileUnreadable */
export const openDesk = async (
  { say }: Pick<DemoParts, 'say'>,
  { port, dataFile }: { port: number; dataFile: string },
): Promise<Desk> => {
  const sandbox = await startAutotaskSandbox({ port, dataFile, log: (line) => say(`Demo: the PSA stand-in: ${line}`) });
  const made = sandbox.controls.createCompanies(companies.map(({ name }) => ({ companyName: name })));
  return { sandbox, accounts: new Map(made.map(({ id, companyName }) => [companyName, String(id)])) };
};

/** Connects Gatehouse to the stand-in; one that is connected follows it to another port. */
export const connectDesk = async ({ api }: DemoParts, { sandbox }: Desk): Promise<Integration | null> => {
  const known = (await api.call(listIntegrations, {})).items.find(
    ({ kind, name, settings }) =>
      kind === 'autotask' && (name === NAME || settings.userName === sampleCredentials.userName),
  );
  const { userName, secret, trackingId } = sampleCredentials;
  const settings = { baseUrl: sandbox.baseUrl, userName, secret, trackingId };
  if (!known) return api.call(addIntegration, { body: { kind: 'autotask', name: NAME, settings } });
  if (known.settings.baseUrl === sandbox.baseUrl || !known.enabled) return known;
  return api.call(changeIntegration, {
    params: { integrationId: known.id },
    // The secrets too: none goes to a new address without being said again.
    body: { settings: { ...known.settings, ...settings } },
  });
};

/** Rules first, then the mapping: what happened in the last day then still becomes tickets. */
export const mapAndRule = async (parts: DemoParts, desk: Desk, { id }: Integration, wanted: readonly string[]) => {
  const { api, memory, say } = parts;
  if (memory.state.integrationMade) return;
  const params = { integrationId: id };
  const { items } = await api.call(listTicketRules, { params });
  const rules = items
    .filter(({ reason, problem }) => (rulesOn as string[]).includes(reason) && problem === null)
    .map(({ title: _title, problem: _problem, ...rule }) => ({ ...rule, enabled: true }));
  await api.call(putTicketRules, { params, body: { rules } });
  const rows = await waitFor(
    'the customers in the list of mappings',
    async () => {
      parts.signal.throwIfAborted();
      const all = (await api.call(listMappings, { params })).items;
      return wanted.every((name) => all.some(({ sourceTenantName }) => sourceTenantName === name)) && all;
    },
    { withinMs: FIRST_READING_MS },
  );
  for (const { sourceId, sourceTenantId, sourceTenantName, account } of rows) {
    const accountId = desk.accounts.get(sourceTenantName);
    if (!accountId || account) continue;
    await api.call(putMapping, { params: { ...params, sourceId, sourceTenantId }, body: { accountId } });
  }
  memory.state.integrationMade = true;
  memory.save();
  say(`Demo: ${wanted.length} customers mapped to accounts of the PSA, ${rules.length} ticket rules are on`);
};

const LOOK_EVERY_MS = 90_000;
/** So many tickets about events may lie on the desk before the technician takes one. */
const PATIENCE = 8;

/**
 * Tickets about events are closed by people; this one closes the oldest when too many lie there. Tickets about statuses
 * are left alone, since those close by themselves.
 */
export const technician = async ({ api, signal }: DemoParts, { sandbox }: Desk): Promise<void> => {
  for (;;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    const { items } = await api.call(listTickets, { query: { state: ['open'], limit: 200 } });
    const aboutEvents = items.filter(({ reason }) => reason.startsWith('event:'));
    const oldest = aboutEvents.at(-1);
    if (aboutEvents.length > PATIENCE && oldest?.psaTicketId) {
      sandbox.controls.updateRow('Tickets', Number(oldest.psaTicketId), { status: COMPLETE });
    }
  }
};
