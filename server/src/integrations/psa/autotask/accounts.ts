import type { PsaAccount } from '@gatehouse/contract';
import type { AccountList } from '../connector.ts';
import { PsaAnswerUnreadable } from '../errors.ts';
import type { AutotaskClient, Filter, Row } from './client.ts';

/** A change that is stored late carries the time at which it began. */
const OVERLAP_MS = 60_000;

export const accountFields = ['id', 'companyName', 'isActive'];

export const asAccount = (row: Row): PsaAccount => ({
  id: String(row['id']),
  name: String(row['companyName'] ?? ''),
  active: row['isActive'] === true,
});

/** The latest moment at which one of the rows was changed, by Autotask's clock. */
const latest = (rows: Row[]): number =>
  rows.reduce((most, row) => {
    const at = Date.parse(String(row['lastTrackedModifiedDateTime']));
    return Number.isNaN(at) ? most : Math.max(most, at);
  }, Number.NEGATIVE_INFINITY);

/**
 * All companies, or those that changed. The cursor is a time of Autotask's own clock, so ours may be wrong. A deleted
 * company is missed by all but a reading of all.
 */
export const listAutotaskAccounts = async (
  client: AutotaskClient,
  changedSince: string | null,
): Promise<AccountList> => {
  const filter: Filter[] =
    changedSince === null
      ? [{ op: 'gte', field: 'id', value: 0 }]
      : [{ op: 'gte', field: 'lastTrackedModifiedDateTime', value: changedSince }];
  const rows = await client.query('Companies', {
    filter,
    IncludeFields: [...accountFields, 'lastTrackedModifiedDateTime'],
    MaxRecords: 500,
  });
  // The MSP is a company of its own database, so an empty list says that companies are hidden, not that all are gone.
  if (changedSince === null && rows.length === 0) {
    throw new PsaAnswerUnreadable(
      'Autotask lists no company at all; see what the security level of the API user lets it read',
    );
  }
  const until = latest(rows);
  return {
    accounts: rows.map(asAccount),
    cursor: Number.isFinite(until) ? new Date(until - OVERLAP_MS).toISOString() : changedSince,
  };
};
