import type { ApiUser, State } from './database.ts';
import type { StoredRow, Switches, Values } from './entities/entity.ts';
import { entityNamed } from './entities/list.ts';
import { fixturePicklists } from './fixture-picklists.ts';

/** The credentials of the fixture: sample values, the same in every sandbox. */
export const sampleCredentials = {
  userName: 'gatehouse@sandbox.example',
  secret: 'Sample-Secret-2718',
  trackingId: 'SAMPLETRACKINGIDENTIFIER01',
} as const;

export const usualSwitches: Switches = {
  legacy404: false,
  defaultPageSize: 500,
  udfWhenEmpty: 'missing',
  readOnlyFields: 'ignore',
  unknownUdf: 'reject',
  duplicateUdf: 'reject',
  adjustPosted: 'reject',
  udfListValues: 'ids',
  duplicateTickets: 'off',
  unauthorizedBody: 'empty',
  zoneUrl: null,
  wrongZone: false,
};

/** Ids that tests and the control API refer to. */
export const fixtureIds = {
  msp: 0,
  inactiveCompany: 179,
  vendorCompany: 180,
  apiUser: 29_682_885,
  technician: 29_682_886,
  standardCategory: 3,
  strictCategory: 4,
  /** Of Alder Joinery (175), running; nothing is on it yet. */
  runningContract: 29_684_183,
  expiredContract: 29_684_184,
  futureContract: 29_684_185,
  timeAndMaterialsContract: 29_684_186,
  workstationService: 101,
  serverService: 102,
  otherDeviceService: 103,
  mailboxService: 104,
  inactiveService: 105,
  product: 201,
  standardItemCategory: 301,
} as const;

const DAY_MS = 86_400_000;

/** A small MSP with six companies. Contract dates follow `now`, so that one is always expired and one not begun. */
export const fixture = (now: Date): State => {
  const users: ApiUser[] = [{ ...sampleCredentials, resourceId: fixtureIds.apiUser, isActive: true }];
  return {
    version: 1,
    rows: rows(now),
    nextIds: {
      Tickets: 100_001,
      TicketNotes: 200_001,
      ConfigurationItems: 300_001,
      ContractServiceAdjustments: 501,
      Companies: 29_683_600,
      UserDefinedFieldDefinitions: 29_683_001,
    },
    picklists: structuredClone(fixturePicklists),
    categoryRules: {
      [fixtureIds.strictCategory]: { requiredFields: ['issueType'], dueAfterHours: null, nonEditable: false },
    },
    users,
    rights: {},
    switches: { ...usualSwitches },
    workflowRules: [],
    ticketNumber: { day: '', last: 0 },
    clockAheadMs: 0,
  };
};

/** A whole row: every field of the entity, the unnamed ones null or at their default. */
export const fullRow = (entity: string, values: Values & { id: number }): StoredRow => {
  const fields = entityNamed(entity)?.fields ?? [];
  const empty = Object.fromEntries(fields.map((field) => [field.name, field.default]));
  return { values: { ...empty, ...values }, udf: {} };
};

const rows = (now: Date): Record<string, StoredRow[]> => {
  const table = (entity: string, all: (Values & { id: number })[]) => ({
    [entity]: all.map((values) => fullRow(entity, values)),
  });
  const at = now.toISOString();
  const day = (offsetDays: number) =>
    `${new Date(now.getTime() + offsetDays * DAY_MS).toISOString().slice(0, 10)}T00:00:00.000Z`;

  const company = (id: number, companyName: string, companyType = 1, isActive = true) => ({
    id,
    companyName,
    companyType,
    isActive,
    ownerResourceID: fixtureIds.technician,
    phone: `555-0${id}`.padEnd(8, '0'),
    createDate: at,
    lastActivityDate: at,
    lastTrackedModifiedDateTime: at,
    createdByResourceID: fixtureIds.technician,
  });
  const resource = (id: number, firstName: string, lastName: string, userName: string, licenseType: number) => ({
    id,
    firstName,
    lastName,
    userName,
    licenseType,
    email: `${userName}@sandbox.example`,
    isActive: true,
    resourceType: 'Employee',
  });
  const contract = (
    id: number,
    companyID: number,
    contractName: string,
    contractType: number,
    days: [number, number],
  ) => ({
    id,
    companyID,
    contractName,
    contractType,
    status: 1,
    startDate: day(days[0]),
    endDate: day(days[1]),
    contractPeriodType: 'm',
    timeReportingRequiresStartAndStopTimes: 0,
  });
  const service = (id: number, name: string, unitPrice: number, isActive = true) => ({
    id,
    name,
    unitPrice,
    unitCost: unitPrice / 2,
    periodType: 'm',
    billingCodeID: 29_683_413,
    isActive,
    createDate: at,
    creatorResourceID: fixtureIds.technician,
  });
  const billingCode = (id: number, name: string, useType: number, isActive = true) => ({
    id,
    name,
    useType,
    billingCodeType: 0,
    isActive,
  });

  return {
    ...table('Companies', [
      company(fixtureIds.msp, 'Harbour Street IT'),
      company(175, 'Alder Joinery'),
      company(176, 'Birchwood Dental'),
      company(177, 'Cedar Lane Logistics'),
      company(178, 'Dogwood Accounting'),
      company(fixtureIds.inactiveCompany, 'Elm Bakery', 1, false),
      company(fixtureIds.vendorCompany, 'Fir Office Supplies', 7),
    ]),
    ...table('Contacts', [
      { id: 501, companyID: 175, firstName: 'Ada', lastName: 'Alder', emailAddress: 'ada@alder.example', isActive: 1 },
      {
        id: 502,
        companyID: 176,
        firstName: 'Ben',
        lastName: 'Birch',
        emailAddress: 'ben@birchwood.example',
        isActive: 1,
      },
      { id: 503, companyID: 175, firstName: 'Old', lastName: 'Alder', emailAddress: 'old@alder.example', isActive: 0 },
    ]),
    ...table('Resources', [
      resource(fixtureIds.apiUser, 'Gatehouse', 'API', 'gatehouse', 7),
      resource(fixtureIds.technician, 'Tess', 'Tanner', 'ttanner', 1),
      resource(29_682_887, 'Nils', 'Novak', 'nnovak', 1),
    ]),
    ...table('Roles', [
      { id: 11, name: 'Help Desk', hourlyRate: 95, hourlyFactor: 1, isActive: true },
      { id: 12, name: 'Security Engineer', hourlyRate: 140, hourlyFactor: 1, isActive: true },
    ]),
    ...table('ResourceRoleQueues', [
      { id: 21, resourceID: fixtureIds.technician, roleID: 11, queueID: 29_682_833, isActive: true, isDefault: true },
      { id: 22, resourceID: 29_682_887, roleID: 12, queueID: 8, isActive: true, isDefault: true },
    ]),
    ...table('BillingCodes', [
      billingCode(29_683_407, 'Remote Support', 1),
      billingCode(29_683_408, 'On-site Support', 1),
      billingCode(29_683_409, 'Old Work Type', 1, false),
      billingCode(29_683_410, 'General', 2),
      billingCode(29_683_411, 'Internal Meeting', 3),
      billingCode(29_683_412, 'Software', 4),
      billingCode(29_683_413, 'Managed Services', 5),
    ]),
    ...table('TicketCategories', [
      {
        id: fixtureIds.standardCategory,
        name: 'Standard',
        nickname: 'Std',
        isActive: true,
        isGlobalDefault: true,
        displayColorRGB: 1,
      },
      {
        id: fixtureIds.strictCategory,
        name: 'Security Incident',
        nickname: 'Sec',
        isActive: true,
        isApiOnly: true,
        displayColorRGB: 2,
      },
    ]),
    ...table('Contracts', [
      contract(29_684_183, 175, 'Managed Security', 7, [-200, 165]),
      contract(29_684_184, 176, 'Managed Security (last year)', 7, [-500, -135]),
      contract(29_684_185, 177, 'Managed Security (from next month)', 7, [40, 405]),
      contract(29_684_186, 177, 'Time and Materials', 1, [-200, 165]),
      contract(29_684_187, 178, 'Workstations', 7, [-100, 265]),
      contract(29_684_188, 178, 'Servers', 7, [-90, 275]),
    ]),
    ...table('Services', [
      service(fixtureIds.workstationService, 'Endpoint protection, workstation', 4.5),
      service(fixtureIds.serverService, 'Endpoint protection, server', 9),
      service(fixtureIds.otherDeviceService, 'Endpoint protection, other device', 3),
      service(fixtureIds.mailboxService, 'Mailbox protection', 1.8),
      service(fixtureIds.inactiveService, 'Antivirus (retired)', 2.5, false),
    ]),
    ...table('Products', [
      {
        id: fixtureIds.product,
        name: 'Endpoint security report',
        isActive: true,
        isSerialized: false,
        productBillingCodeID: 29_683_412,
        manufacturerName: 'Harbour Street IT',
      },
    ]),
    ...table('ConfigurationItemCategories', [
      {
        id: fixtureIds.standardItemCategory,
        name: 'Standard',
        nickname: 'Std',
        isActive: true,
        isGlobalDefault: true,
        isClientPortalDefault: true,
        displayColorRGB: 1,
      },
    ]),
    ...table('ConfigurationItemTypes', [
      { id: 1, name: 'Workstation', isActive: true },
      { id: 2, name: 'Server', isActive: true },
    ]),
    ...table('Departments', [{ id: 31, name: 'Service Desk', primaryLocationID: 1 }]),
    ...table('TicketCategoryFieldDefaults', [
      { id: 41, ticketCategoryID: fixtureIds.strictCategory, workTypeID: 29_683_407 },
    ]),
  };
};
