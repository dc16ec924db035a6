import type { ReplyIn, readTicketBacklog } from '@gatehouse/contract';
import type { Mappings } from '../mappings/index.ts';
import type { Sources } from '../sources/index.ts';
import { backlogOf } from './backlog.ts';
import { spokenFor } from './consider.ts';
import { type Reason, reasonTitle } from './reasons.ts';
import type { RuleBook } from './rule-book.ts';
import type { InOneTransaction } from './store-unit.ts';
import { readTenantsNow } from './tenants-now.ts';

const SECONDS = 25;

/** How many tickets rules would open for what is there already, by rule. Asks the sources; keeps nothing. */
export const readBacklog =
  ({
    sources,
    mappings,
    rules,
    inOneTransaction,
  }: {
    sources: Sources;
    mappings: Mappings;
    rules: RuleBook;
    inOneTransaction: InOneTransaction;
  }) =>
  async (integrationId: string, switchedOn: Reason[]): Promise<ReplyIn<typeof readTicketBacklog>> => {
    const asked = new Set(switchedOn);
    const after = new Map<Reason, { enabled: boolean }>(await rules.byReason(integrationId));
    for (const reason of switchedOn) after.set(reason, { enabled: true });
    const found = new Map<Reason, { tickets: number; clients: Set<string> }>();
    const { unread, asked: clients } = await readTenantsNow(
      { sources, mappings },
      { integrationId, seconds: SECONDS },
      async ({ mapping, reading }) => {
        const devices = await reading.devices();
        const place = { integrationId, sourceId: mapping.source_id, tenantId: mapping.tenant_id };
        const known = await inOneTransaction(async ({ tickets, backlog }) => ({
          tickets: [...(await tickets.listFollowed(place)), ...spokenFor(await tickets.listStorms(place))],
          // What the same rules had ignored before is asked about again.
          ignored: (await backlog.ignored(place)).filter(
            ({ reason, summarySubject }) => summarySubject !== null || !asked.has(reason),
          ),
        }));
        for (const { reason } of backlogOf({ rules: after, reasons: asked, devices, ...known })) {
          const line = found.get(reason) ?? { tickets: 0, clients: new Set() };
          line.tickets += 1;
          line.clients.add(`${mapping.source_id} ${mapping.tenant_id}`);
          found.set(reason, line);
        }
        return true;
      },
    );
    const items = [...found].map(([reason, line]) => ({
      reason,
      title: reasonTitle(reason),
      tickets: line.tickets,
      clients: line.clients.size,
    }));
    items.sort((a, b) => b.tickets - a.tickets || a.reason.localeCompare(b.reason));
    return { items, tickets: items.reduce((sum, { tickets }) => sum + tickets, 0), clients, unread };
  };
