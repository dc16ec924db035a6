import type { DeviceSelectionSettings, SelectionAccess } from '@gatehouse/contract';
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
}
