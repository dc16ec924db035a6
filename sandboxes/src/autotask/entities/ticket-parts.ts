import {
  datetime,
  double,
  type EntitySpec,
  emptyValues,
  id,
  integer,
  picklist,
  reference,
  type Scalar,
  serverSet,
  text,
  type WrittenRow,
} from './entity.ts';

/** Further devices of a ticket, beside its main one. */
export const ticketAdditionalConfigurationItems: EntitySpec = {
  name: 'TicketAdditionalConfigurationItems',
  singular: 'TicketAdditionalConfigurationItem',
  readable: true,
  rootWrites: [],
  child: {
    parent: 'Tickets',
    path: 'AdditionalConfigurationItems',
    parentField: 'ticketID',
    writes: ['POST', 'DELETE'],
  },
  udfType: null,
  fields: [
    id,
    reference('ticketID', 'Tickets', { required: true, createOnly: true }),
    reference('configurationItemID', 'ConfigurationItems', { required: true, createOnly: true }),
  ],
  check: ({ values, db }) => {
    const ticket = db.find('Tickets', Number(values.ticketID));
    const item = db.find('ConfigurationItems', Number(values.configurationItemID));
    if (!ticket || !item) return [];
    if (ticket.values.companyID !== item.values.companyID) {
      return ['Reference value on field: configurationItemID of type: integer does not exist or is invalid.'];
    }
    const isThere =
      ticket.values.configurationItemID === item.values.id ||
      db
        .rows('TicketAdditionalConfigurationItems')
        .some((row) => row.values.ticketID === ticket.values.id && row.values.configurationItemID === item.values.id);
    return isThere ? ['The configuration item is associated with the Ticket already.'] : [];
  },
};

/** What a ticket category fills in. Set by administrators, read by everybody. */
export const ticketCategoryFieldDefaults: EntitySpec = {
  name: 'TicketCategoryFieldDefaults',
  singular: 'TicketCategoryFieldDefault',
  readable: true,
  rootWrites: [],
  child: { parent: 'TicketCategories', path: 'FieldDefaults', parentField: 'ticketCategoryID', writes: [] },
  udfType: null,
  fields: [
    id,
    ...serverSet(
      reference('ticketCategoryID', 'TicketCategories'),
      text('title', 255),
      text('description', 8000),
      integer('priority'),
      integer('queueID'),
      integer('status'),
      integer('sourceID'),
      integer('issueTypeID'),
      integer('subIssueTypeID'),
      integer('ticketTypeID'),
      reference('workTypeID', 'BillingCodes'),
      integer('serviceLevelAgreementID'),
      double('estimatedHours'),
      text('resolution', 32_000),
      text('purchaseOrderNumber', 50),
    ),
  ],
};

/** The ticket's field that each default fills. */
export const DEFAULTED_FIELDS: Record<string, string> = {
  sourceID: 'source',
  issueTypeID: 'issueType',
  subIssueTypeID: 'subIssueType',
  ticketTypeID: 'ticketType',
  workTypeID: 'billingCodeID',
  description: 'description',
  queueID: 'queueID',
  serviceLevelAgreementID: 'serviceLevelAgreementID',
  estimatedHours: 'estimatedHours',
  resolution: 'resolution',
  purchaseOrderNumber: 'purchaseOrderNumber',
};

/** Who changed what on a ticket, written by the service itself. */
export const ticketHistory: EntitySpec = {
  name: 'TicketHistory',
  singular: 'TicketHistory',
  readable: true,
  rootWrites: [],
  child: null,
  udfType: null,
  fields: [
    id,
    ...serverSet(
      reference('ticketID', 'Tickets'),
      reference('resourceID', 'Resources'),
      datetime('date'),
      picklist('action'),
      text('detail', 8000),
    ),
  ],
};

const CREATED = 1;
const EDITED = 2;
/** Follows from every change, so it tells nothing. */
const UNTOLD = new Set(['lastActivityDate', 'lastActivityResourceID', 'lastTrackedModificationDateTime']);

/** One line of history per write that changed something. */
export const rememberTicketChange = ({ row, previous, db, now, actorResourceId }: WrittenRow): void => {
  const changed = Object.keys(row.values).filter(
    (name) => !UNTOLD.has(name) && previous !== null && previous[name] !== row.values[name],
  );
  if (previous !== null && changed.length === 0) return;
  const detail = changed.map((name) => `${name}: ${shown(previous?.[name])} -> ${shown(row.values[name])}`).join('; ');
  db.insert('TicketHistory', {
    values: {
      ...emptyValues(ticketHistory),
      ticketID: row.values.id,
      resourceID: actorResourceId,
      date: now.toISOString(),
      action: previous === null ? CREATED : EDITED,
      detail: detail.slice(0, 8000),
    },
    udf: {},
  });
};

const shown = (value: Scalar | undefined): string => {
  const text = value === null || value === undefined ? '(empty)' : String(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
};
