import type { AccountMapping, MappingWish } from '@gatehouse/contract';
import { CsvBroken, csvLine, readCsv, withoutFormulaMark } from '../../platform/csv/index.ts';
import { fold } from './company-name.ts';
import type { AccountRow } from './store-accounts.ts';

export interface CsvIssue {
  /** Counts from 1; the line of names is the first. */
  line: number;
  /** Null: the line as a whole. */
  column: string | null;
  what: string;
}

const headers = {
  source: 'Source',
  tenant: 'Virtual server',
  tenantId: 'Virtual server ID',
  account: 'Account',
  accountId: 'Account ID',
} as const;
type Column = keyof typeof headers;

/** Other names by which a column is known, folded. */
const columnNames: Record<string, Column> = {
  source: 'source',
  'administration server': 'source',
  'virtual server': 'tenant',
  tenant: 'tenant',
  company: 'tenant',
  'virtual server id': 'tenantId',
  'tenant id': 'tenantId',
  account: 'account',
  'psa account': 'account',
  'account name': 'account',
  'account id': 'accountId',
  'psa account id': 'accountId',
};

/** Enough to see what is wrong without a page of it. */
const MOST_ISSUES = 200;

/** The columns that an import reads, then what is only told. */
export const mappingFile = function* (mappings: readonly AccountMapping[]): Generator<string> {
  yield `\ufeff${csvLine([...Object.values(headers), 'Billing', 'Contract', 'Contract ends', 'Problem'])}`;
  for (const { sourceName, sourceTenantName, sourceTenantId, account, billing, problem } of mappings) {
    yield csvLine([
      sourceName,
      sourceTenantName,
      sourceTenantId,
      account?.name ?? '',
      account?.id ?? '',
      account ? (billing.enabled ? 'on' : 'off') : '',
      billing.contract?.name ?? '',
      billing.contract?.endsOn ?? '',
      problem,
    ]);
  }
};

export const accountFile = function* (accounts: readonly AccountRow[]): Generator<string> {
  yield `\ufeff${csvLine(['Account', 'Account ID', 'Active'])}`;
  for (const { name, account_id, active } of accounts) yield csvLine([name, account_id, active ? 'yes' : 'no']);
};

type Cells = Partial<Record<Column, string>>;

const columnsOf = (cells: readonly string[]): (Column | undefined)[] =>
  cells.map((cell) => columnNames[fold(withoutFormulaMark(cell))]);

const byKey = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(key(item), [...(map.get(key(item)) ?? []), item]);
  return map;
};

/**
 * What a table asks for. A line names a tenant by its name or number, and an account by name or id; without an account
 * its mapping stays as it is. Other columns are not read. Decides only.
 *
 * @param tenants that may be named
 */
export const readMappingFile = (
  csv: string,
  { tenants, accounts }: { tenants: readonly AccountMapping[]; accounts: readonly AccountRow[] },
): { wishes: (MappingWish & { line: number })[]; leftAlone: number; issues: CsvIssue[] } => {
  const issues: CsvIssue[] = [];
  const wishes: (MappingWish & { line: number })[] = [];
  const failed = (issue: CsvIssue) => ({ wishes: [], leftAlone: 0, issues: [issue] });
  let records: ReturnType<typeof readCsv>;
  try {
    records = readCsv(csv);
  } catch (error) {
    if (!(error instanceof CsvBroken)) throw error;
    return failed({ line: error.line, column: null, what: error.message });
  }
  const [head, ...body] = records;
  if (!head) return failed({ line: 1, column: null, what: 'The file is empty' });
  const columns = columnsOf(head.cells);
  const has = (column: Column) => columns.includes(column);
  const missing = !(has('tenant') || has('tenantId'))
    ? headers.tenant
    : !(has('account') || has('accountId'))
      ? headers.account
      : null;
  if (missing) {
    const what = `The first line names the columns, and one of them must be "${missing}" or "${missing} ID"`;
    return failed({ line: head.line, column: null, what });
  }
  const twice = columns.find((column, at) => column !== undefined && columns.indexOf(column) !== at);
  if (twice) return failed({ line: head.line, column: headers[twice], what: 'The column is there twice' });

  const tenantsByName = byKey(tenants, ({ sourceTenantName }) => fold(sourceTenantName));
  const tenantsById = byKey(tenants, ({ sourceTenantId }) => sourceTenantId);
  const accountsByName = byKey(accounts, ({ name_key }) => name_key);
  const accountsById = byKey(accounts, ({ account_id }) => account_id);
  let leftAlone = 0;

  const tenantOf = (line: number, cells: Cells): AccountMapping | null => {
    const bad = (column: Column, what: string): null => {
      issues.push({ line, column: headers[column], what });
      return null;
    };
    const named =
      (cells.tenantId ? tenantsById.get(cells.tenantId) : tenantsByName.get(fold(cells.tenant ?? ''))) ?? [];
    const column = cells.tenantId ? 'tenantId' : 'tenant';
    const asked = cells.tenantId || cells.tenant || '';
    if (asked === '') return bad('tenant', 'Name the virtual server, or give its ID');
    const found = cells.source
      ? named.filter(({ sourceName }) => fold(sourceName) === fold(cells.source ?? ''))
      : named;
    if (found.length > 1) return bad(column, `There are ${found.length} of "${asked}": name its source too, or its ID`);
    const [tenant] = found;
    if (!tenant) {
      const where = cells.source ? ` at "${cells.source}"` : '';
      return bad(column, `There is no virtual server "${asked}"${where}`);
    }
    if (cells.tenantId && cells.tenant && fold(cells.tenant) !== fold(tenant.sourceTenantName)) {
      return bad('tenant', `${cells.tenantId} is called "${tenant.sourceTenantName}": correct the name or the ID`);
    }
    return tenant;
  };

  const accountOf = (line: number, cells: Cells): AccountRow | null => {
    const bad = (column: Column, what: string): null => {
      issues.push({ line, column: headers[column], what });
      return null;
    };
    if (cells.accountId) {
      const [account] = accountsById.get(cells.accountId) ?? [];
      if (!account) return bad('accountId', `The PSA has no account ${cells.accountId}`);
      if (cells.account && fold(cells.account) !== account.name_key) {
        return bad('account', `Account ${account.account_id} is called "${account.name}": correct the name or the ID`);
      }
      return account;
    }
    const named = accountsByName.get(fold(cells.account ?? '')) ?? [];
    const active = named.filter((account) => account.active);
    const [account] = active.length > 0 ? active : named;
    if (!account) return bad('account', `The PSA has no account "${cells.account}"`);
    if (active.length > 1) {
      return bad('account', `${active.length} accounts are called "${cells.account}": give the ID of one`);
    }
    return account;
  };

  for (const { line, cells: given } of body) {
    const cells: Cells = {};
    for (const [at, column] of columns.entries()) {
      if (column) cells[column] = withoutFormulaMark((given[at] ?? '').trim());
    }
    if (given.length > columns.length && given.slice(columns.length).some((cell) => cell.trim() !== '')) {
      issues.push({ line, column: null, what: 'The line has more cells than there are columns' });
      continue;
    }
    const tenant = tenantOf(line, cells);
    if (!tenant) continue;
    if (!cells.account && !cells.accountId) {
      leftAlone += 1;
      continue;
    }
    const account = accountOf(line, cells);
    if (!account) continue;
    wishes.push({
      line,
      sourceId: tenant.sourceId,
      sourceTenantId: tenant.sourceTenantId,
      accountId: account.account_id,
    });
  }
  return { wishes, leftAlone, issues: issues.slice(0, MOST_ISSUES) };
};
