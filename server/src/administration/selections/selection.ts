import type { EventSelectionSettings, SelectionAccess } from '@gatehouse/contract';

/** A saved filter. */
export interface Selection {
  id: string;
  name: string;
  /** Null for predefined ones, which belong to the server. */
  owner: SelectionOwner | null;
  settings: EventSelectionSettings;
  access: SelectionAccess;
  changedAt: Date;
  changedBy: string;
}

export interface SelectionOwner {
  id: string;
  name: string;
  /** The tenants that the owner could see when saving it last; null: all. */
  tenantIds: readonly string[] | null;
}
