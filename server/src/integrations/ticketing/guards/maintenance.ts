import { isInForce, type MaintenanceScope, type MaintenanceWindow } from '@gatehouse/contract';

/** A device as maintenance windows know it. */
export interface MaintainedDevice {
  sourceId: string;
  tenantId: string;
  deviceName: string;
  /** `Servers/Mail`; null when the source does not tell. */
  groupPath: string | null;
}

/** Masks are compared without a regular expression, so that no name is slow. */
const fitsMask = (mask: string, name: string): boolean => {
  const [first = '', ...rest] = mask.toLowerCase().split('*');
  const target = name.toLowerCase();
  if (rest.length === 0) return target === first;
  if (!target.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = target.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return target.length - last.length >= at && target.endsWith(last);
};

const isInScope = (scope: MaintenanceScope, device: MaintainedDevice): boolean => {
  if (scope.kind === 'everything') return true;
  if (scope.sourceId !== device.sourceId || scope.sourceTenantId !== device.tenantId) return false;
  if (scope.kind === 'tenant') return true;
  if (scope.kind === 'device') return fitsMask(scope.deviceName, device.deviceName);
  const [path, group] = [device.groupPath?.toLowerCase(), scope.groupPath.toLowerCase()];
  return path === group || (path?.startsWith(`${group}/`) ?? false);
};

/** The maintenance that keeps this device's tickets from being opened now; null when there is none. */
export const windowOf = (
  windows: readonly MaintenanceWindow[],
  device: MaintainedDevice,
  now: Date,
): MaintenanceWindow | null =>
  windows.find(({ scope, schedule }) => isInScope(scope, device) && isInForce(schedule, now)) ?? null;

/** Whether a tenant's groups have to be read to know which maintenance its devices are in. */
export const needsGroups = (
  windows: readonly MaintenanceWindow[],
  { sourceId, tenantId }: { sourceId: string; tenantId: string },
): boolean =>
  windows.some(
    ({ scope }) => scope.kind === 'group' && scope.sourceId === sourceId && scope.sourceTenantId === tenantId,
  );
