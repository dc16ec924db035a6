import { findMethods } from '../host-group/find.ts';
import { groupMethods } from '../host-group/groups.ts';
import { hostMethods } from '../host-group/hosts.ts';
import { incidentMethods } from '../host-group/incidents.ts';
import { productMethods } from '../host-group/products.ts';
import { serverMethods } from '../host-group/server.ts';
import { settingMethods } from '../host-group/settings.ts';
import type { MethodClass } from '../method.ts';

/** HostGroup: hosts, administration groups, incidents and the server itself (KSCAPI 13 to 16, class HostGroup). */
export const hostGroupClass: MethodClass = {
  ...findMethods,
  ...hostMethods,
  ...productMethods,
  ...groupMethods,
  ...incidentMethods,
  ...serverMethods,
  ...settingMethods,
};
