import type { DeviceSelectionSettings, SelectionAccess } from '@gatehouse/contract';
import type { Json } from '@gatehouse/protocols/ksc-open-api';
import type { SelectionOwner } from '../selections/index.ts';

/** A saved filter of devices. */
export interface DeviceSelection {
  id: string;
  name: string;
  /** Null for predefined ones, which belong to the server. */
  owner: SelectionOwner | null;
  settings: DeviceSelectionSettings;
  access: SelectionAccess;
  /** Null for predefined ones. */
  changedAt: Date | null;
  changedBy: string | null;
  /** By which programs know it. */
  number: number;
  /** As a program stored it; null for what a person made or has changed. */
  query: Record<string, Json> | null;
}
