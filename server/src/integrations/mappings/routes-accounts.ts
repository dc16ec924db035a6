import { exportUnmappedAccounts, listAccountContracts, listPsaAccounts, refreshPsaAccounts } from '@gatehouse/contract';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { AccountBook } from './account-book.ts';
import { accountFile } from './mapping-csv.ts';
import type { MappingList } from './mapping-list.ts';
import type { ContractsOf, Mappings } from './mappings.ts';

const EVERYTHING = 1_000_000;

export const accountRoutes = (
  http: Http,
  {
    book,
    list,
    mappings,
    contractsOf,
    onChange,
    clock,
  }: {
    book: AccountBook;
    list: MappingList;
    mappings: Mappings;
    contractsOf: ContractsOf;
    onChange(): void;
    clock: () => Date;
  },
): void => {
  route(http, listPsaAccounts, async ({ params, query, actor }) => {
    mustSeeAll(actor); // the accounts are the MSP's other customers
    const { integrationId } = params;
    const { rows, total } = await book.search(integrationId, { ...query, text: query.text ?? '' });
    const tenantOf = new Map(
      (await list.everything(integrationId, actor)).flatMap(({ account, sourceTenantName }) =>
        account ? [[account.id, sourceTenantName]] : [],
      ),
    );
    return {
      items: rows.map(({ account_id: id, name, active }) => ({
        id,
        name,
        active,
        tenantName: tenantOf.get(id) ?? null,
      })),
      total,
      list: await book.state(integrationId),
    };
  });

  route(http, refreshPsaAccounts, async ({ params, actor }) => {
    mustSeeAll(actor);
    const state = await book.readAll(params.integrationId);
    onChange();
    return state;
  });

  fileRoute(http, exportUnmappedAccounts, async ({ params, query, actor }) => {
    mustSeeAll(actor);
    const { rows } = await book.search(params.integrationId, {
      text: query.text ?? '',
      active: query.active,
      mapped: false,
      limit: EVERYTHING,
      offset: 0,
    });
    const chunks = async function* () {
      yield* accountFile(rows);
    };
    const day = clock().toISOString().slice(0, 10);
    return { name: `accounts-without-tenant-${day}.csv`, type: 'text/csv; charset=utf-8', chunks: chunks() };
  });

  route(http, listAccountContracts, async ({ params, actor }) => {
    mustSeeAll(actor);
    const contracts = await contractsOf(params.integrationId, params.accountId);
    if (contracts === null) return { supported: false, items: [] };
    await mappings.noticeContracts(params.integrationId, params.accountId, contracts);
    return {
      supported: true,
      items: contracts.map(({ id, name, startsOn, endsOn, isActive, isExpired }) => ({
        id,
        name,
        startsOn,
        endsOn,
        active: isActive,
        expired: isExpired,
      })),
    };
  });
};
