import type { StatusCounts } from '@gatehouse/contract';

/** A row of counted devices of one group. */
export interface GroupCounts {
  tenant_id: string;
  group_id: number;
  ok: number;
  warning: number;
  critical: number;
  not_visible: number;
  total: number;
}

/** Adds rows up. */
export const sumCounts = (rows: readonly GroupCounts[]): StatusCounts =>
  rows.reduce(
    (sum, row) => ({
      ok: sum.ok + row.ok,
      warning: sum.warning + row.warning,
      critical: sum.critical + row.critical,
      notVisible: sum.notVisible + row.not_visible,
      total: sum.total + row.total,
    }),
    { ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 },
  );
