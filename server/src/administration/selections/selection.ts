import type { EventSelectionSettings, SelectionAccess } from '@gatehouse/contract';
import type { Json } from '@gatehouse/protocols/ksc-open-api';

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
  /** By which programs know it. */
  number: number;
  /** As a program stored it; null for what a person made or has changed. */
  query: Record<string, Json> | null;
}

export interface SelectionOwner {
  id: string;
  name: string;
  /** The tenants that the owner could see when saving it last; null: all. */
  tenantIds: readonly string[] | null;
}
