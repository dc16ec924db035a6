import { billingCodes } from './billing-codes.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { contracts } from './contracts.ts';
import type { EntitySpec } from './entity.ts';
import { resourceRoleQueues, resources, roles } from './resources.ts';
import { ticketCategories } from './ticket-categories.ts';
import { ticketNotes } from './ticket-notes.ts';
import { tickets } from './tickets.ts';
import { userDefinedFieldDefinitions } from './user-defined-field-definitions.ts';

/** Every entity of the sandbox. A new one is a file, a line here, and its picklists in the fixture. */
export const entities: readonly EntitySpec[] = [
  billingCodes,
  companies,
  contacts,
  contracts,
  resourceRoleQueues,
  resources,
  roles,
  ticketCategories,
  ticketNotes,
  tickets,
  userDefinedFieldDefinitions,
];

const byName = new Map(entities.map((spec) => [spec.name.toLowerCase(), spec]));

/** An entity by its name in any casing. */
export const entityNamed = (name: string): EntitySpec | undefined => byName.get(name.toLowerCase());
