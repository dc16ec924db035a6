import type { FastifyInstance } from 'fastify';
import type { VirtualClock } from '../clock.ts';
import { dayOf } from '../contract-periods.ts';
import type { Database } from '../database.ts';
import { bundleLines, serviceLines } from '../entities/contract-lines.ts';
import type { StoredRow } from '../entities/entity.ts';
import { entityNamed } from '../entities/list.ts';
import { LIST_DATA_TYPE } from '../entities/user-defined-field-list-items.ts';
import { udfListItems } from '../metadata.ts';
import {
  type CompanyView,
  type ContractView,
  companyList,
  contractList,
  type FieldValue,
  type ItemView,
  itemList,
  type UnitLine,
} from './record-views.ts';
import { sendPage, text } from './send.ts';

const MAX_ROWS = 1000;

/** Pages of what is not a ticket: contracts with units, configuration items, companies with their own fields. */
export const recordRoutes = (http: FastifyInstance, { db, clock }: { db: Database; clock: VirtualClock }): void => {
  http.get('/contracts', (_request, reply) => {
    const today = dayOf(clock.now().toISOString());
    const contracts = db.rows('Contracts').slice(-MAX_ROWS);
    return sendPage(reply, 200, contractList(contracts.map((row) => contractView(db, row, today))));
  });
  http.get('/configuration-items', (_request, reply) => {
    const items = db.rows('ConfigurationItems').slice(-MAX_ROWS).reverse();
    return sendPage(reply, 200, itemList(items.map((row) => itemView(db, row))));
  });
  http.get('/companies', (_request, reply) => {
    const companies = db
      .rows('Companies')
      .slice(0, MAX_ROWS)
      .map((row) => companyView(db, row))
      .sort((a, b) => a.name.localeCompare(b.name));
    return sendPage(reply, 200, companyList(companies));
  });
};

const label = (db: Database, entity: string, field: string, value: unknown): string =>
  db.picklist(entity, field).find((one) => one.value === String(value))?.label ?? text(value as never);

const nameOf = (db: Database, entity: string, id: unknown, field = 'name'): string => {
  if (typeof id !== 'number') return '';
  const row = db.find(entity, id);
  return row ? text(row.values[field]) : `${id} (removed)`;
};

const fieldsOf = (db: Database, entity: string, row: StoredRow): FieldValue[] => {
  const spec = entityNamed(entity);
  return (spec ? db.udfDefinitions(spec) : []).flatMap(({ values: { id, name, dataType } }) => {
    const value = row.udf[id];
    if (value === undefined) return [];
    const item =
      dataType === LIST_DATA_TYPE ? udfListItems(db, id).find((one) => String(one.values.id) === value) : null;
    return [{ name: text(name), value: item ? text(item.values.valueForDisplay) : value }];
  });
};

const kinds = [
  { lines: serviceLines, item: 'serviceID', catalogue: 'Services' },
  { lines: bundleLines, item: 'serviceBundleID', catalogue: 'ServiceBundles' },
];

const contractView = (db: Database, { values }: StoredRow, today: string): ContractView => {
  const own = (row: StoredRow) => row.values.contractID === values.id;
  return {
    id: values.id,
    name: text(values.contractName),
    company: nameOf(db, 'Companies', values.companyID, 'companyName'),
    type: label(db, 'Contracts', 'contractType', values.contractType),
    status: label(db, 'Contracts', 'status', values.status),
    from: text(values.startDate),
    to: text(values.endDate),
    isExpired: dayOf(text(values.endDate)) < today,
    units: kinds.flatMap(({ lines, item, catalogue }) =>
      db
        .rows(lines.units.name)
        .filter(own)
        .map(
          (row): UnitLine => ({
            service: nameOf(db, catalogue, row.values[item]),
            from: text(row.values.startDate),
            to: text(row.values.endDate),
            units: Number(row.values.units),
            price: Number(row.values.price),
            posted: text(row.values.approveAndPostDate),
            isCurrent: dayOf(text(row.values.startDate)) <= today && dayOf(text(row.values.endDate)) >= today,
          }),
        )
        .sort((a, b) => a.service.localeCompare(b.service) || a.from.localeCompare(b.from)),
    ),
    adjustments: kinds.flatMap(({ lines, item, catalogue }) =>
      db
        .rows(lines.adjustments.name)
        .filter(own)
        .reverse()
        .map((row) => ({
          id: row.values.id,
          service: nameOf(db, catalogue, row.values[item]),
          day: text(row.values.effectiveDate),
          change: Number(row.values.unitChange),
        })),
    ),
  };
};

const itemView = (db: Database, row: StoredRow): ItemView => {
  const { values } = row;
  return {
    id: values.id,
    title: text(values.referenceTitle),
    company: nameOf(db, 'Companies', values.companyID, 'companyName'),
    type: nameOf(db, 'ConfigurationItemTypes', values.configurationItemType),
    category: nameOf(db, 'ConfigurationItemCategories', values.configurationItemCategoryID),
    isActive: values.isActive === true,
    reference: text(values.referenceNumber),
    modified: text(values.lastModifiedTime),
    fields: fieldsOf(db, 'ConfigurationItems', row),
  };
};

const companyView = (db: Database, row: StoredRow): CompanyView => ({
  id: row.values.id,
  name: text(row.values.companyName),
  type: label(db, 'Companies', 'companyType', row.values.companyType),
  isActive: row.values.isActive === true,
  fields: fieldsOf(db, 'Companies', row),
});
