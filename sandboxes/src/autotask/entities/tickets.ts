import {
  boolean,
  datetime,
  double,
  type EntitySpec,
  id,
  integer,
  isActiveRow,
  long,
  picklist,
  type RuleContext,
  reference,
  serverSet,
  text,
  type Values,
} from './entity.ts';
import { isApiOnlyResource } from './resources.ts';
import { DEFAULTED_FIELDS, rememberTicketChange } from './ticket-parts.ts';

/** With 1 (New) one of the two statuses that every database has. */
export const STATUS_COMPLETE = 5;
const HOUR_MS = 3_600_000;

export const tickets: EntitySpec = {
  name: 'Tickets',
  singular: 'Ticket',
  readable: true,
  rootWrites: ['POST', 'PATCH', 'PUT'],
  child: null,
  udfType: 7,
  fields: [
    id,
    text('ticketNumber', 50, { readOnly: true }),
    reference('companyID', 'Companies', { required: true }),
    text('title', 255, { required: true }),
    picklist('status', { required: true }),
    picklist('priority', { required: true }),
    datetime('dueDateTime', { required: true }),
    picklist('queueID'),
    reference('assignedResourceID', 'Resources'),
    reference('assignedResourceRoleID', 'Roles'),
    text('description', 8000),
    text('resolution', 32_000),
    picklist('source'),
    picklist('issueType'),
    picklist('subIssueType', { picklistParent: 'issueType' }),
    picklist('ticketType', { default: 1 }),
    picklist('ticketCategory', { picklistOf: 'TicketCategories' }),
    reference('billingCodeID', 'BillingCodes'),
    reference('contractID', 'Contracts'),
    long('contractServiceID', { reference: 'ContractServices' }),
    long('contractServiceBundleID', { reference: 'ContractServiceBundles' }),
    reference('configurationItemID', 'ConfigurationItems'),
    reference('companyLocationID', 'CompanyLocations'),
    reference('contactID', 'Contacts'),
    text('externalID', 50),
    text('rmmAlertID', 50, { createOnly: true }),
    integer('monitorID'),
    picklist('monitorTypeID'),
    double('estimatedHours'),
    text('purchaseOrderNumber', 50),
    reference('problemTicketId', 'Tickets'),
    reference('opportunityID', 'Opportunities'),
    reference('projectID', 'Projects'),
    picklist('serviceLevelAgreementID'),
    reference('changeApprovalBoard', 'ChangeApprovalBoards'),
    picklist('changeApprovalStatus'),
    picklist('changeApprovalType'),
    text('changeInfoField1', 8000),
    text('changeInfoField2', 8000),
    text('changeInfoField3', 8000),
    text('changeInfoField4', 8000),
    text('changeInfoField5', 8000),
    picklist('rmaStatus'),
    picklist('rmaType'),
    ...serverSet(
      datetime('completedDate'),
      reference('completedByResourceID', 'Resources'),
      datetime('createDate'),
      reference('creatorResourceID', 'Resources'),
      datetime('lastActivityDate'),
      reference('lastActivityResourceID', 'Resources'),
      datetime('lastTrackedModificationDateTime'),
      datetime('lastCustomerNotificationDateTime'),
      datetime('lastCustomerVisibleActivityDateTime'),
      datetime('firstResponseDateTime'),
      datetime('firstResponseDueDateTime'),
      datetime('resolutionPlanDateTime'),
      datetime('resolutionPlanDueDateTime'),
      datetime('resolvedDateTime'),
      datetime('resolvedDueDateTime'),
      boolean('serviceLevelAgreementHasBeenMet'),
      double('serviceLevelAgreementPausedNextEventHours'),
      picklist('creatorType', { queryable: false }),
      picklist('lastActivityPersonType', { queryable: false }),
      integer('organizationalLevelAssociationID'),
      integer('apiVendorID'),
      double('hoursToBeScheduled'),
      reference('impersonatorCreatorResourceID', 'Resources'),
    ),
  ],

  prepare: ({ values, previous, db, now }) => {
    if (previous) return;
    if (values.ticketCategory === null) {
      const standard = db
        .rows('TicketCategories')
        .find((row) => row.values.isGlobalDefault === true && isActiveRow(row));
      values.ticketCategory = standard?.values.id ?? null;
    }
    fillFromCategory(values, db);
    const dueAfterHours = ruleOf({ values, db })?.dueAfterHours ?? null;
    if (values.dueDateTime === null && dueAfterHours !== null) {
      values.dueDateTime = new Date(now.getTime() + dueAfterHours * HOUR_MS).toISOString();
    }
  },

  check: (context) => [
    ...categoryRules(context),
    ...assignmentRules(context),
    ...ownedByCompany(context, 'contractID', 'Contracts'),
    ...ownedByCompany(context, 'configurationItemID', 'ConfigurationItems'),
    ...associatedWithCompany(context, 'contactID', 'Contacts'),
    ...associatedWithCompany(context, 'companyLocationID', 'CompanyLocations'),
  ],

  stamp: ({ values, previous, db, now, actorResourceId, impersonatorResourceId }) => {
    const at = now.toISOString();
    if (!previous) {
      values.ticketNumber = db.nextTicketNumber(now);
      values.createDate = at;
      values.creatorResourceID = actorResourceId;
      values.impersonatorCreatorResourceID = impersonatorResourceId;
      values.creatorType = 1;
    }
    if (values.status !== STATUS_COMPLETE) {
      values.completedDate = null;
      values.completedByResourceID = null;
    } else if (previous?.status !== STATUS_COMPLETE) {
      values.completedDate = at;
      values.completedByResourceID = actorResourceId;
    }
    values.lastActivityDate = at;
    values.lastActivityResourceID = actorResourceId;
    values.lastActivityPersonType = 1;
    values.lastTrackedModificationDateTime = at;
  },

  afterWrite: rememberTicketChange,
};

/** Fields that nobody sent take the category's default; what is required of every caller is not filled in. */
const fillFromCategory = (values: Values, db: RuleContext['db']): void => {
  const defaults = db
    .rows('TicketCategoryFieldDefaults')
    .find((row) => row.values.ticketCategoryID === values.ticketCategory);
  for (const [from, to] of Object.entries(DEFAULTED_FIELDS)) values[to] ??= defaults?.values[from] ?? null;
};

const ruleOf = ({ values, db }: Pick<RuleContext, 'values' | 'db'>) =>
  typeof values.ticketCategory === 'number' ? db.categoryRule(values.ticketCategory) : undefined;

const categoryRules = ({ values, previous, db }: RuleContext): string[] => {
  if (previous && ruleOf({ values: previous, db })?.nonEditable) {
    return ['The ticket category of this Ticket is not editable.'];
  }
  return (ruleOf({ values, db })?.requiredFields ?? [])
    .filter((name) => values[name] === null || values[name] === undefined || values[name] === '')
    .map((name) => `${name} is required.`);
};

const assignmentRules = ({ values, previous, sent, db }: RuleContext): string[] => {
  const { queueID, assignedResourceID: person, assignedResourceRoleID: role } = values;
  const touched = ['queueID', 'assignedResourceID', 'assignedResourceRoleID'].some((name) => sent.has(name));
  if (previous && !touched) return [];
  if ((person === null) !== (role === null)) {
    return ['You must assign both a assignedResourceID and assignedResourceRoleID.'];
  }
  if (typeof person !== 'number') {
    return queueID === null
      ? ['assignedResourceID, assignedResourceRoleID and queueID cannot all be empty. Supply a QueueID or an assignee.']
      : [];
  }
  if (isApiOnlyResource(db, person)) {
    return ['Reference value on field: assignedResourceID of type: integer does not exist or is invalid.'];
  }
  const worksInAQueue = db
    .rows('ResourceRoleQueues')
    .some((row) => row.values.resourceID === person && row.values.roleID === role && isActiveRow(row));
  return worksInAQueue ? [] : ['assignedResourceID and assignedResourceRoleID do not belong to a common queue.'];
};

const isOfCompany = ({ values, db }: RuleContext, name: string, entity: string): boolean => {
  const target = values[name];
  if (typeof target !== 'number') return true;
  const row = db.find(entity, target);
  // A missing row is reported by the reference check, not twice.
  return row === undefined || row.values.companyID === values.companyID;
};

const concerns = ({ previous, sent }: RuleContext, name: string): boolean =>
  !previous || sent.has(name) || sent.has('companyID');

const ownedByCompany = (context: RuleContext, name: string, entity: string): string[] =>
  !concerns(context, name) || isOfCompany(context, name, entity)
    ? []
    : [`Reference value on field: ${name} of type: integer does not exist or is invalid.`];

const associatedWithCompany = (context: RuleContext, name: string, entity: string): string[] =>
  !concerns(context, name) || isOfCompany(context, name, entity)
    ? []
    : [`The ${name} value ${context.values[name]} cannot be associated with the Ticket.`];
