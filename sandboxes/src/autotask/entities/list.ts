import { billingCodes } from './billing-codes.ts';
import { companies } from './companies.ts';
import { companyAlerts, companyNotes } from './company-children.ts';
import {
  configurationItemCategories,
  configurationItemCategoryUdfAssociations,
  configurationItemTypes,
} from './configuration-item-layout.ts';
import { configurationItemNotes } from './configuration-item-notes.ts';
import { configurationItems } from './configuration-items.ts';
import { contacts } from './contacts.ts';
import { bundleLines, serviceLines } from './contract-lines.ts';
import { contracts } from './contracts.ts';
import type { EntitySpec } from './entity.ts';
import { products } from './products.ts';
import { departments, resourceRoleQueues, resources, roles } from './resources.ts';
import { serviceBundles, services } from './services.ts';
import { ticketCategories } from './ticket-categories.ts';
import { ticketNotes } from './ticket-notes.ts';
import { ticketAdditionalConfigurationItems, ticketCategoryFieldDefaults, ticketHistory } from './ticket-parts.ts';
import { tickets } from './tickets.ts';
import { userDefinedFieldDefinitions } from './user-defined-field-definitions.ts';
import { userDefinedFieldListItems } from './user-defined-field-list-items.ts';

/** Every entity of the sandbox. A new one is a file, a line here, and its picklists in the fixture. */
export const entities: readonly EntitySpec[] = [
  billingCodes,
  companies,
  companyAlerts,
  companyNotes,
  configurationItemCategories,
  configurationItemCategoryUdfAssociations,
  configurationItemNotes,
  configurationItemTypes,
  configurationItems,
  contacts,
  bundleLines.adjustments,
  bundleLines.lines,
  bundleLines.units,
  serviceLines.adjustments,
  serviceLines.lines,
  serviceLines.units,
  contracts,
  departments,
  products,
  resourceRoleQueues,
  resources,
  roles,
  serviceBundles,
  services,
  ticketAdditionalConfigurationItems,
  ticketCategories,
  ticketCategoryFieldDefaults,
  ticketHistory,
  ticketNotes,
  tickets,
  userDefinedFieldDefinitions,
  userDefinedFieldListItems,
];

const byName = new Map(entities.map((spec) => [spec.name.toLowerCase(), spec]));

/** An entity by its name in any casing. */
export const entityNamed = (name: string): EntitySpec | undefined => byName.get(name.toLowerCase());
