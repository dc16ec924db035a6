import { z } from 'zod';
import type { PsaBilling, PsaContract, PsaService, UnitRange } from '../connector-billing.ts';
import { PsaAnswerUnreadable, PsaRefused } from '../errors.ts';
import type { AutotaskClient, Row } from './client.ts';

/** Contracts.contractType: the only type that takes services. */
const RECURRING_SERVICE = 7;
/** Contracts.status: in force. Expired contracts keep it. */
const ACTIVE = 1;
const SERVICES_CACHE_MS = 5 * 60_000;
const billing = { priority: 'billing' } as const;

const Periods = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      picklistValues: z
        .array(z.object({ value: z.union([z.string(), z.number()]).transform(String), label: z.string() }))
        .nullish(),
    }),
  ),
});

/**
 * Autotask's date-only fields come as midnight moments. Whether that is UTC's midnight or the database's own is not
 * documented, so only the day that is written counts.
 */
const day = (value: unknown, what: string): string => {
  const text = typeof value === 'string' ? value.slice(0, 10) : '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new PsaAnswerUnreadable(`Autotask tells no day for ${what}`);
  return text;
};

const idOf = (value: unknown, what: string): string => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new PsaAnswerUnreadable(`Autotask tells no id for ${what}`);
  }
  return String(value);
};

/** Ids of Autotask are numbers; another id can only be a slip of ours or a hand-made request. */
const asNumber = (id: string): number => {
  const number = Number(id);
  if (!Number.isSafeInteger(number)) throw new PsaRefused(`Autotask has no id ${id}: its ids are whole numbers`);
  return number;
};

const contractFields = ['id', 'contractName', 'companyID', 'contractType', 'status', 'startDate', 'endDate'];
const unitFields = [
  'id',
  'contractID',
  'serviceID',
  'contractServiceID',
  'startDate',
  'endDate',
  'units',
  'approveAndPostDate',
];

/** Services, recurring contracts and their units in one Autotask database. */
export const autotaskBilling = (client: AutotaskClient, clock: () => Date): PsaBilling => {
  let kept: { at: number; services: PsaService[] } | null = null;

  const asContract = (row: Row): PsaContract => {
    const endsOn = day(row['endDate'], 'the end of a contract');
    return {
      id: idOf(row['id'], 'a contract'),
      name: String(row['contractName'] ?? ''),
      startsOn: day(row['startDate'], 'the start of a contract'),
      endsOn,
      isActive: row['status'] === ACTIVE,
      isExpired: endsOn < clock().toISOString().slice(0, 10),
    };
  };

  const readServices = async (): Promise<PsaService[]> => {
    const rows = await client.query(
      'Services',
      {
        filter: [{ op: 'gte', field: 'id', value: 0 }],
        IncludeFields: ['id', 'name', 'isActive', 'periodType', 'unitPrice'],
      },
      billing,
    );
    const metadata = Periods.safeParse(await client.read('Services', 'Services/entityInformation/fields'));
    if (!metadata.success)
      throw new PsaAnswerUnreadable('Autotask describes the fields of Services in an unknown shape');
    const labels = new Map(
      (metadata.data.fields.find(({ name }) => name.toLowerCase() === 'periodtype')?.picklistValues ?? []).map(
        ({ value, label }) => [value, label],
      ),
    );
    return rows
      .map((row) => ({
        id: idOf(row['id'], 'a service'),
        name: String(row['name'] ?? ''),
        isActive: row['isActive'] !== false,
        periodType: row['periodType'] == null ? '' : (labels.get(String(row['periodType'])) ?? ''),
        unitPriceText: typeof row['unitPrice'] === 'number' ? row['unitPrice'].toFixed(2) : '',
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  };

  return {
    async services({ fresh = false } = {}) {
      const now = clock().getTime();
      if (fresh || !kept || now - kept.at > SERVICES_CACHE_MS) kept = { at: now, services: await readServices() };
      return kept.services;
    },

    async contracts(accountId) {
      const rows = await client.query(
        'Contracts',
        {
          filter: [
            { op: 'eq', field: 'companyID', value: asNumber(accountId) },
            { op: 'eq', field: 'contractType', value: RECURRING_SERVICE },
          ],
          IncludeFields: contractFields,
        },
        billing,
      );
      return rows.map(asContract).sort((a, b) => a.name.localeCompare(b.name) || a.startsOn.localeCompare(b.startsOn));
    },

    async contract(contractId) {
      const row = await client.get('Contracts', String(asNumber(contractId)), billing);
      return row && row['contractType'] === RECURRING_SERVICE ? asContract(row) : null;
    },

    async units(contractId) {
      const rows = await client.query(
        'ContractServiceUnits',
        {
          filter: [{ op: 'eq', field: 'contractID', value: asNumber(contractId) }],
          IncludeFields: unitFields,
        },
        billing,
      );
      return rows.map((row): UnitRange => {
        const units = row['units'];
        if (typeof units !== 'number')
          throw new PsaAnswerUnreadable('Autotask tells no number for units of a contract');
        return {
          serviceId: idOf(row['serviceID'], 'the service of a contract'),
          lineId: row['contractServiceID'] == null ? '' : String(row['contractServiceID']),
          startsOn: day(row['startDate'], 'the start of a period'),
          endsOn: day(row['endDate'], 'the end of a period'),
          units,
          isPosted: row['approveAndPostDate'] != null,
        };
      });
    },

    async adjust({ contractId, serviceId, unitChange, effectiveOn }) {
      // Autotask has no field for a key, and adjustments cannot be read back: doubt is settled by reading the units.
      const adjustmentId = await client.create(
        'ContractServiceAdjustments',
        'ContractServiceAdjustments',
        {
          contractID: asNumber(contractId),
          serviceID: asNumber(serviceId),
          unitChange,
          effectiveDate: `${effectiveOn}T00:00:00Z`,
        },
        billing,
      );
      return { adjustmentId };
    },
  };
};
