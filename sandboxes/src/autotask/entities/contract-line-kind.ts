import { dayBefore, dayOf, midnightOf } from '../contract-periods.ts';
import {
  alignUnits,
  type LineKind,
  RECURRING_SERVICE,
  rangeRow,
  STATUS_ACTIVE,
  startLine,
  unitsOfLine,
} from './contract-units.ts';
import {
  boolean,
  datetime,
  double,
  type EntitySpec,
  id,
  integer,
  type Lookup,
  long,
  type RowWriter,
  type RuleContext,
  reference,
  type StoredRow,
  serverSet,
  text,
  type Values,
} from './entity.ts';

/**
 * The three entities behind a service (or a bundle of services) on a contract: the line that says that it is there,
 * the quantities per period, and the adjustments that change them. Adjustments can be written and never read back.
 */
export const contractLines = (
  kind: LineKind & { singular: string; repeatField: string; paths: Record<'lines' | 'units' | 'adjustments', string> },
): { lines: EntitySpec; units: EntitySpec; adjustments: EntitySpec; follow: (written: ContractChange) => void } => {
  const { lines, units, adjustments, singular, catalogue, itemField, lineField, repeatField, paths } = kind;
  const childOfContract = (path: string) => ({ parent: 'Contracts', path, parentField: 'contractID' });

  const lineSpec: EntitySpec = {
    name: lines,
    singular,
    readable: true,
    rootWrites: [],
    child: { ...childOfContract(paths.lines), writes: ['POST', 'PATCH', 'PUT'] },
    udfType: null,
    fields: [
      id,
      reference('contractID', 'Contracts', { required: true, createOnly: true }),
      reference(itemField, catalogue, { required: true, createOnly: true }),
      double('unitPrice'),
      double('unitCost'),
      text('invoiceDescription', 1000),
      text('internalDescription', 100),
      ...serverSet(
        double('internalCurrencyAdjustedPrice'),
        double('internalCurrencyUnitPrice'),
        long('quoteItemID', { reference: 'QuoteItems' }),
      ),
    ],
    prepare: ({ values, previous, db }) => {
      if (!previous) priceFromCatalogue(values, db.find(catalogue, Number(values[itemField])));
    },
    check: ({ values, previous, db }) => (previous ? [] : recurringProblems(contractOf(values, db))),
    stamp: ({ values }) => {
      values.internalCurrencyUnitPrice = values.unitPrice ?? null;
      values.internalCurrencyAdjustedPrice = values.unitPrice ?? null;
    },
    afterWrite: ({ row, previous, db }) => {
      if (!previous) startLine(db, kind, row);
    },
  };

  const unitSpec: EntitySpec = {
    name: units,
    singular: `${singular}Unit`,
    readable: true,
    rootWrites: [],
    child: { ...childOfContract(paths.units), writes: [] },
    udfType: null,
    fields: [
      id,
      ...serverSet(
        reference('contractID', 'Contracts'),
        reference(itemField, catalogue),
        reference(lineField, lines),
        datetime('startDate'),
        datetime('endDate'),
        integer('units'),
        double('price'),
        double('cost'),
        double('internalCurrencyPrice'),
        datetime('approveAndPostDate'),
        reference('vendorCompanyID', 'Companies'),
        integer('organizationalLevelAssociationID'),
      ),
    ],
  };

  /** The line that an adjustment means: the named one, or the oldest of this service on this contract. */
  const lineOf = (values: Values, db: Lookup): StoredRow | undefined => {
    const named = values[lineField];
    if (typeof named === 'number') return db.find(lines, named);
    if (values[repeatField] === true) return undefined;
    return db
      .rows(lines)
      .find((row) => row.values.contractID === values.contractID && row.values[itemField] === values[itemField]);
  };

  const adjustmentSpec: EntitySpec = {
    name: adjustments,
    singular: `${singular}Adjustment`,
    readable: false,
    rootWrites: ['POST'],
    child: { ...childOfContract(paths.adjustments), writes: ['POST'] },
    udfType: null,
    fields: [
      id,
      reference('contractID', 'Contracts', { createOnly: true }),
      reference(itemField, catalogue, { createOnly: true }),
      reference(lineField, lines, { createOnly: true }),
      datetime('effectiveDate', { required: true, createOnly: true }),
      integer('unitChange', { required: true, createOnly: true }),
      double('adjustedUnitPrice', { createOnly: true }),
      double('adjustedUnitCost', { createOnly: true }),
      boolean(repeatField, { createOnly: true }),
      long('quoteItemID', { createOnly: true, reference: 'QuoteItems' }),
    ],
    prepare: ({ values, db }) => {
      const line = typeof values[lineField] === 'number' ? lineOf(values, db) : undefined;
      if (!line) return;
      values.contractID ??= line.values.contractID ?? null;
      values[itemField] ??= line.values[itemField] ?? null;
    },
    check: (context) => adjustmentProblems(kind, context, lineOf(context.values, context.db)),
    afterWrite: ({ row, db }) => {
      const line = lineOf(row.values, db) ?? newLine(db, lineSpec, kind, row.values);
      row.values[lineField] = line.values.id;
      applyAdjustment(db, kind, line, row.values);
    },
  };

  /** A contract that ends on another day has other periods. */
  const follow = ({ db, contract }: ContractChange): void => {
    for (const line of db.rows(lines).filter(({ values }) => values.contractID === contract.values.id)) {
      alignUnits(db, kind, line, contract);
    }
  };

  return { lines: lineSpec, units: unitSpec, adjustments: adjustmentSpec, follow };
};

/** A contract whose dates changed. */
export interface ContractChange {
  db: RowWriter;
  contract: StoredRow;
}

const contractOf = (values: Values, db: Lookup): StoredRow | undefined =>
  typeof values.contractID === 'number' ? db.find('Contracts', values.contractID) : undefined;

const priceFromCatalogue = (values: Values, item: StoredRow | undefined): void => {
  values.unitPrice ??= item?.values.unitPrice ?? null;
  values.unitCost ??= item?.values.unitCost ?? null;
};

/** A missing contract is reported by the reference check, not twice. */
const recurringProblems = (contract: StoredRow | undefined): string[] =>
  contract === undefined || contract.values.contractType === RECURRING_SERVICE
    ? []
    : ['contractID must reference a contract of type Recurring Service.'];

const adjustmentProblems = (
  kind: LineKind,
  { values, db }: Pick<RuleContext, 'values' | 'db'>,
  line: StoredRow | undefined,
): string[] => {
  const { itemField, lineField, units } = kind;
  const missing = ['contractID', itemField].filter((name) => values[name] === null);
  if (missing.length > 0) return missing.map((name) => `${name} is required.`);
  if (line && (line.values.contractID !== values.contractID || line.values[itemField] !== values[itemField])) {
    return [`Reference value on field: ${lineField} of type: integer does not exist or is invalid.`];
  }
  const contract = contractOf(values, db);
  const { effectiveDate, unitChange } = values;
  if (!contract || typeof effectiveDate !== 'string' || typeof unitChange !== 'number') return [];
  const problems = recurringProblems(contract);
  if (contract.values.status !== STATUS_ACTIVE) problems.push('The contract of the adjustment is not active.');
  const day = dayOf(effectiveDate);
  const [first, last] = [dayOf(String(contract.values.startDate)), dayOf(String(contract.values.endDate))];
  if (day < first || day > last) {
    problems.push(`effectiveDate must be between the contract's startDate ${first} and endDate ${last}.`);
  }
  if (problems.length > 0) return problems;
  const reached = line ? unitsOfLine(db, kind, line).filter((row) => dayOf(String(row.values.endDate)) >= day) : [];
  if (db.switches.adjustPosted === 'reject' && reached.some((row) => row.values.approveAndPostDate !== null)) {
    return ['The adjustment changes a period that was approved and posted.'];
  }
  const lowest = Math.min(...(reached.length > 0 ? reached.map((row) => Number(row.values.units)) : [0]));
  return lowest + unitChange < 0 ? [`The number of ${units} cannot be less than 0: ${lowest} and ${unitChange}.`] : [];
};

const newLine = (db: RowWriter, spec: EntitySpec, kind: LineKind, adjustment: Values): StoredRow => {
  const values: Values = {
    ...Object.fromEntries(spec.fields.map((field) => [field.name, field.default])),
    contractID: adjustment.contractID ?? null,
    [kind.itemField]: adjustment[kind.itemField] ?? null,
  };
  priceFromCatalogue(values, db.find(kind.catalogue, Number(values[kind.itemField])));
  values.internalCurrencyUnitPrice = values.unitPrice ?? null;
  values.internalCurrencyAdjustedPrice = values.unitPrice ?? null;
  const line = db.insert(kind.lines, { values, udf: {} });
  startLine(db, kind, line);
  return line;
};

/** The range that covers the day is cut in two there; from then on every range has the new quantity. */
const applyAdjustment = (db: RowWriter, kind: LineKind, line: StoredRow, adjustment: Values): void => {
  const day = dayOf(String(adjustment.effectiveDate));
  const change = Number(adjustment.unitChange);
  if (typeof adjustment.adjustedUnitPrice === 'number') {
    line.values.internalCurrencyAdjustedPrice = adjustment.adjustedUnitPrice;
  }
  if (typeof adjustment.adjustedUnitCost === 'number') line.values.unitCost = adjustment.adjustedUnitCost;
  db.put(kind.lines, line);
  for (const { values, udf } of unitsOfLine(db, kind, line)) {
    const [first, last] = [dayOf(String(values.startDate)), dayOf(String(values.endDate))];
    if (last < day) continue;
    const units = Number(values.units) + change;
    if (first >= day) {
      const range = rangeRow(kind, line, { startDay: first, endDay: last }, units);
      db.put(kind.units, { values: { ...range, id: values.id }, udf });
      continue;
    }
    db.put(kind.units, { values: { ...values, endDate: midnightOf(dayBefore(day)) }, udf });
    db.insert(kind.units, { values: rangeRow(kind, line, { startDay: day, endDay: last }, units), udf: {} });
  }
};
