import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const DAY_MS = 86_400_000;
const day = (daysAway: number) => new Date(Date.now() + daysAway * DAY_MS).toISOString().slice(0, 10);

const contractsOf = (accountId: string): contract.AccountContract[] => {
  const one = (name: string, from: number, to: number, active = true): contract.AccountContract => ({
    id: `${accountId}-${name}`,
    name,
    startsOn: day(from),
    endsOn: day(to),
    active,
    expired: to < 0,
  });
  return [
    one('Managed Security', -200, 165),
    one('Managed Security, last year', -500, -135),
    one('Paused', -9, 90, false),
  ];
};

const has = (name: string, part = '') => name.toLowerCase().includes(part.toLowerCase());
const same = (a: contract.SourceTenantRef) => (b: contract.SourceTenantRef) =>
  a.sourceId === b.sourceId && a.sourceTenantId === b.sourceTenantId;

const isShown: Record<contract.MappingShow, (mapping: contract.AccountMapping) => boolean> = {
  all: () => true,
  mapped: ({ account }) => account !== null,
  unmapped: ({ account }) => account === null,
  billed: ({ billing }) => billing.enabled,
  problems: ({ problem }) => problem !== null,
  changed: ({ changes }) => changes.length > 0,
};

/** Something to suggest, something that the PSA changed, and a contract that ran out. */
const addSamples = ({ mappings, psaAccounts }: World): void => {
  const server = (name: string, accountName: string | null): contract.AccountMapping => {
    const account =
      accountName === null ? null : { id: String(2000 + psaAccounts.length), name: accountName, active: true };
    if (account) psaAccounts.push(account);
    const mapping: contract.AccountMapping = {
      sourceId: idOf('source'),
      sourceName: 'This server',
      sourceTenantId: String(500 + mappings.length),
      sourceTenantName: name,
      isMember: true,
      account,
      billing: { enabled: false, contract: null },
      changes: [],
      problem: null,
    };
    mappings.push(mapping);
    return mapping;
  };
  for (const [name, accountName] of [
    ['Alpine Bakery', 'Alpine Bakery GmbH'],
    ['Harbour Clinic', 'Harbour Clinic Ltd'],
    ['Twin Pines', 'Twin Pines Ltd'],
    ['Nameless Corner', null],
  ] as const) {
    server(name, null);
    if (accountName) psaAccounts.push({ id: String(2000 + psaAccounts.length), name: accountName, active: true });
  }
  const renamed = server('Quince Orchard', 'Quince Holding');
  renamed.changes = [
    {
      kind: 'renamed',
      was: 'Quince Orchard',
      is: 'Quince Holding',
      since: new Date(Date.now() - DAY_MS).toISOString(),
    },
  ];
  const [, ended] = contractsOf(renamed.account?.id ?? '');
  if (ended) {
    const { id, name, endsOn } = ended;
    renamed.billing = { enabled: true, contract: { id, name, endsOn, expired: true, usable: true } };
    renamed.problem = `The contract ${name} ended on ${endsOn}: nothing is billed to it`;
  }
};

/** Accounts of the PSA, and the virtual servers that are mapped to them. */
export const answerMappings = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const { mappings, psaAccounts } = world;
  if (kind === 'full') addSamples(world);
  let readAt = new Date(Date.now() - 4 * 60_000).toISOString();
  const tenantOf = (accountId: string) => mappings.find(({ account }) => account?.id === accountId);
  const state = (): contract.AccountListState => ({ readAt, known: psaAccounts.length, problem: null });

  on(contract.listPsaAccounts, ({ query }) => {
    const found = psaAccounts.filter(
      ({ id, name, active }) =>
        (has(name, query.text) || id === query.text) &&
        (query.active === undefined || query.active === active) &&
        (query.mapped === undefined || query.mapped === (tenantOf(id) !== undefined)),
    );
    return {
      items: found
        .slice(query.offset, query.offset + query.limit)
        .map((account) => ({ ...account, tenantName: tenantOf(account.id)?.sourceTenantName ?? null })),
      total: found.length,
      list: state(),
    };
  });
  on(contract.refreshPsaAccounts, () => {
    readAt = new Date().toISOString();
    return state();
  });
  on(contract.listAccountContracts, ({ params }) => ({ supported: true, items: contractsOf(params.accountId) }));

  on(contract.listMappings, ({ query }) => {
    const all = mappings.filter(({ isMember }) => query.scope === 'all' || isMember);
    const found = all.filter(
      (mapping) =>
        isShown[query.show](mapping) &&
        (has(mapping.sourceTenantName, query.text) || has(mapping.account?.name ?? '', query.text)),
    );
    const count = (show: contract.MappingShow) => all.filter(isShown[show]).length;
    return {
      items: found.slice(query.offset, query.offset + query.limit),
      total: found.length,
      counts: {
        all: all.length,
        mapped: count('mapped'),
        billed: count('billed'),
        problems: count('problems'),
        changed: count('changed'),
      },
    };
  });

  const lineOf = (wish: contract.MappingWish): contract.MappingPlanLine => {
    const mapping = mappings.find(same(wish));
    if (!mapping) throw new Refusal(404, 'tenant.not-found', `There is no tenant ${wish.sourceTenantId}`);
    const to = psaAccounts.find(({ id }) => id === wish.accountId) ?? null;
    const taken = wish.accountId === null ? undefined : tenantOf(wish.accountId);
    const isTaken = taken !== undefined && taken !== mapping;
    const isOther = wish.seenAccountId !== undefined && wish.seenAccountId !== (mapping.account?.id ?? null);
    const problem = isOther
      ? {
          code: 'mapping.changed-meanwhile',
          message: 'Somebody changed it meanwhile: look again',
          field: 'tenant' as const,
        }
      : isTaken
        ? {
            code: 'mapping.account-taken',
            message: `The account ${to?.name} belongs to ${taken.sourceTenantName}; one account is one tenant`,
            field: 'account' as const,
          }
        : null;
    return {
      sourceId: mapping.sourceId,
      sourceTenantId: mapping.sourceTenantId,
      sourceTenantName: mapping.sourceTenantName,
      what: to === null ? 'end' : mapping.account === null ? 'map' : mapping.account.id === to.id ? 'billing' : 'move',
      from: mapping.account,
      to,
      problem,
    };
  };
  const where = { tenant: 'sourceTenantId', account: 'accountId', billing: 'billing', contract: 'billing.contractId' };
  const save = (changes: contract.MappingWish[]) => {
    for (const wish of changes) {
      const mapping = mappings.find(same(wish));
      if (!mapping) continue;
      mapping.account = psaAccounts.find(({ id }) => id === wish.accountId) ?? null;
      const chosen = contractsOf(mapping.account?.id ?? '').find(({ id }) => id === wish.billing?.contractId);
      mapping.billing = {
        enabled: wish.billing?.enabled ?? false,
        contract: chosen
          ? { id: chosen.id, name: chosen.name, endsOn: chosen.endsOn, expired: chosen.expired, usable: chosen.active }
          : null,
      };
      mapping.problem = null;
    }
  };

  on(contract.previewMappings, ({ body }) => ({ lines: body.changes.map(lineOf) }));
  on(contract.putMappings, ({ body }) => {
    const issues = body.changes
      .map(lineOf)
      .flatMap(({ problem }, at) =>
        problem ? [{ where: `body.changes.${at}.${where[problem.field]}`, what: problem.message }] : [],
      );
    if (issues.length > 0) throw new Refusal(409, 'mapping.refused', 'Nothing was saved', issues);
    save(body.changes);
    return { changed: body.changes.length, items: mappings };
  });
  on(contract.suggestMappings, ({ query }) => {
    const free = mappings.filter(({ account }) => account === null);
    const items = free.flatMap((mapping): contract.MappingSuggestion[] => {
      const account = psaAccounts.find(
        ({ id, name, active }) => active && !tenantOf(id) && name.startsWith(mapping.sourceTenantName),
      );
      const score = account?.name === mapping.sourceTenantName ? 100 : 96;
      return account && score >= query.minScore
        ? [
            {
              sourceId: mapping.sourceId,
              sourceName: mapping.sourceName,
              sourceTenantId: mapping.sourceTenantId,
              sourceTenantName: mapping.sourceTenantName,
              account,
              score,
              alike: score === 100 ? 'same' : 'legal-form',
              rival: mapping.sourceTenantName === 'Twin Pines' ? 'Twin Pines GmbH' : null,
            },
          ]
        : [];
    });
    return { items, unmapped: free.length };
  });
  on(contract.importMappings, ({ body }) => {
    const [, ...rows] = body.csv.trim().split('\n');
    const read = rows.map((row, at) => {
      const [tenant, name] = row.split(',');
      const mapping = mappings.find(({ sourceTenantName }) => sourceTenantName === tenant);
      const account = psaAccounts.find((each) => each.name === name);
      return { line: at + 2, mapping, account, tenant, name };
    });
    const issues = read.flatMap(({ line, mapping, account, tenant, name }) => [
      ...(mapping ? [] : [{ line, column: 'Virtual server', what: `There is no virtual server "${tenant}"` }]),
      ...(account ? [] : [{ line, column: 'Account', what: `The PSA has no account "${name}"` }]),
    ]);
    const wishes = read.flatMap(({ line, mapping, account }) =>
      mapping && account
        ? [{ line, sourceId: mapping.sourceId, sourceTenantId: mapping.sourceTenantId, accountId: account.id }]
        : [],
    );
    const lines = wishes.map((wish) => ({ ...lineOf(wish), line: wish.line }));
    const applied = body.apply && issues.length === 0;
    if (applied) save(wishes);
    return { applied, lines, leftAlone: 0, issues };
  });
  on(contract.dismissAccountChanges, ({ body }) => {
    const noted = mappings.filter((mapping) => body.tenants.some((tenant) => same(tenant)(mapping)));
    for (const mapping of noted) mapping.changes = [];
    return { dismissed: noted.length };
  });
};
