import type { SiemTargetSettings, SiemTargetState } from '@gatehouse/contract';

/** A system that events are exported to. */
export interface Target {
  id: string;
  settings: SiemTargetSettings;
  createdAt: Date;
  /** The process that gathers events for it; null: none yet. */
  worker: string | null;
  /** As that process last told it; null: nothing yet. */
  state: SiemTargetState | null;
}

/** Whoever is limited to some tenants handles only exports of those tenants. @param tenantIds null: not limited */
export const mayHandle = (
  tenantIds: readonly string[] | null,
  settings: Pick<SiemTargetSettings, 'tenantIds'>,
): boolean => tenantIds === null || (settings.tenantIds?.every((id) => tenantIds.includes(id)) ?? false);
