import type { Permission } from '@gatehouse/contract';
import { paths } from '../platform/index.ts';

/** The pages of the console in the order of the navigation; one appears when the user has the right to read it. */
export const sections = [
  {
    title: 'monitoring',
    pages: [
      { title: 'overview', path: paths.overview, needs: 'overview:read', key: 'o' },
      { title: 'events', path: paths.events, needs: 'events:read', key: 'e' },
      { title: 'eventSelections', path: paths.eventSelections, needs: 'events:read', key: 'n' },
      { title: 'incidents', path: paths.incidents, needs: 'devices:read', key: 'j' },
    ],
  },
  {
    title: 'devicesSection',
    pages: [
      { title: 'devices', path: paths.devices, needs: 'devices:read', key: 'd' },
      { title: 'groups', path: paths.groups, needs: 'devices:read', key: 'g' },
      { title: 'tasks', path: paths.tasks, needs: 'tasks:read', key: 'q' },
      { title: 'policies', path: paths.policies, needs: 'policies:read', key: 'p' },
      { title: 'deviceSelections', path: paths.deviceSelections, needs: 'devices:read', key: 'v' },
      { title: 'movingRules', path: paths.movingRules, needs: 'devices:read', key: 'r' },
      { title: 'software', path: paths.software, needs: 'devices:read', key: 'w' },
    ],
  },
  {
    title: 'clients',
    pages: [
      { title: 'tenants', path: paths.tenants, needs: 'tenants:read', key: 't' },
      { title: 'licenses', path: paths.licenses, needs: 'licenses:read', key: 'z' },
      { title: 'licenseUsage', path: paths.licenseUsage, needs: 'licenses:read', key: '1' },
    ],
  },
  {
    title: 'psa',
    pages: [
      { title: 'integrations', path: paths.integrations, needs: 'integrations:read', key: 'i' },
      { title: 'sources', path: paths.sources, needs: 'integrations:read', key: 's' },
      { title: 'billing', path: paths.billing, needs: 'billing:read', key: '2' },
      { title: 'tickets', path: paths.tickets, needs: 'tickets:read', key: 'k' },
      { title: 'serviceReports', path: paths.serviceReports, needs: 'tickets:read', key: '4' },
      { title: 'activity', path: paths.activity, needs: 'integrations:read', key: 'a' },
      { title: 'integrationHealth', path: paths.integrationHealth, needs: 'integrations:read', key: '5' },
    ],
  },
  {
    title: 'serverSection',
    pages: [
      { title: 'users', path: paths.users, needs: 'users:read', key: 'u' },
      { title: 'servers', path: paths.servers, needs: 'servers:read', key: 'y' },
      { title: 'siemExports', path: paths.siemExports, needs: 'server:read', key: 'x' },
      { title: 'notificationDelivery', path: paths.notifications, needs: 'server:read', key: '6' },
      { title: 'eventConfiguration', path: paths.eventConfiguration, needs: 'events:read', key: 'c' },
      { title: 'eventStorage', path: paths.eventStorage, needs: 'server:read', key: 'm' },
      { title: 'frequentEvents', path: paths.frequentEvents, needs: 'events:read', key: 'f' },
      { title: 'revisions', path: paths.revisions, needs: 'events:read', key: 'h' },
      { title: 'audit', path: paths.audit, needs: 'audit:read', key: 'l' },
      { title: 'about', path: paths.server, needs: 'server:read', key: 'b' },
    ],
  },
] as const satisfies readonly {
  title: string;
  pages: readonly { title: string; path: string; needs: Permission; key: string }[];
}[];
