import { type DayRange, dayOf, midnightOf, periodsAfter, periodsOf } from '../contract-periods.ts';
import type { Lookup, RowWriter, StoredRow, Values } from './entity.ts';

/** `Contracts.contractType`: the only kind that has services and units. */
export const RECURRING_SERVICE = 7;
/** `Contracts.status` */
export const STATUS_ACTIVE = 1;

/** The names in which services and bundles of services differ. */
export interface LineKind {
  lines: string;
  units: string;
  adjustments: string;
  /** The entity of what is sold. */
  catalogue: string;
  itemField: string;
  lineField: string;
}

/** The quantities of one line in the order of time. */
export const unitsOfLine = (db: Lookup, kind: LineKind, line: StoredRow): StoredRow[] =>
  db
    .rows(kind.units)
    .filter(({ values }) => values[kind.lineField] === line.values.id)
    .sort((a, b) => (String(a.values.startDate) < String(b.values.startDate) ? -1 : 1));

/** One quantity over some days, not billed yet. */
export const rangeRow = (kind: LineKind, line: StoredRow, { startDay, endDay }: DayRange, units: number): Values => {
  const price = Number(line.values.internalCurrencyAdjustedPrice ?? line.values.unitPrice ?? 0);
  return {
    contractID: line.values.contractID ?? null,
    [kind.itemField]: line.values[kind.itemField] ?? null,
    [kind.lineField]: line.values.id,
    startDate: midnightOf(startDay),
    endDate: midnightOf(endDay),
    units,
    price: money(price * units),
    cost: money(Number(line.values.unitCost ?? 0) * units),
    internalCurrencyPrice: money(price * units),
    approveAndPostDate: null,
    vendorCompanyID: null,
    organizationalLevelAssociationID: null,
  };
};

const money = (amount: number): number => Math.round(amount * 100) / 100;

const termOf = ({ values }: StoredRow): DayRange => ({
  startDay: dayOf(String(values.startDate)),
  endDay: dayOf(String(values.endDate)),
});
const periodTypeOf = ({ values }: StoredRow): string => String(values.contractPeriodType ?? 'm');

/** A new line begins with nothing in every period of its contract. */
export const startLine = (db: RowWriter, kind: LineKind, line: StoredRow): void => {
  const contract = db.find('Contracts', Number(line.values.contractID));
  if (!contract) return;
  for (const period of periodsOf(termOf(contract), periodTypeOf(contract))) {
    db.insert(kind.units, { values: rangeRow(kind, line, period, 0), udf: {} });
  }
};

/** After a contract got another end: what lies beyond it goes, what is missing continues with the last quantity. */
export const alignUnits = (db: RowWriter, kind: LineKind, line: StoredRow, contract: StoredRow): void => {
  const term = termOf(contract);
  const kept: StoredRow[] = [];
  for (const row of unitsOfLine(db, kind, line)) {
    if (dayOf(String(row.values.startDate)) > term.endDay) db.remove(kind.units, row.values.id);
    else kept.push(row);
  }
  const last = kept.at(-1);
  if (!last) return;
  const lastDay = dayOf(String(last.values.endDate));
  if (lastDay > term.endDay) {
    db.put(kind.units, { ...last, values: { ...last.values, endDate: midnightOf(term.endDay) } });
  }
  for (const range of periodsAfter(lastDay, term, periodTypeOf(contract))) {
    db.insert(kind.units, { values: rangeRow(kind, line, range, Number(last.values.units)), udf: {} });
  }
};
