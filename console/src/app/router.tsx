import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { parseQuery, paths, Waiting, writeQuery } from '../platform/index.ts';
import { BrokenPage, NoSuchPage } from './Fallbacks.tsx';
import { ShellScreen } from './ShellScreen.tsx';

const root = createRootRoute({ component: Outlet });
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: ShellScreen,
});

/** A page inside the shell; its code is loaded when somebody goes there. */
const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => shell, path, component });

const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: paths.overview, replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.signIn,
    component: lazyRouteComponent(() => import('../session/SignInScreen.tsx'), 'SignInScreen'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('../session/SetUpScreen.tsx'), 'SetUpScreen'),
  }),
  shell.addChildren([
    page(
      paths.overview,
      lazyRouteComponent(() => import('../overview/OverviewScreen.tsx'), 'OverviewScreen'),
    ),
    page(
      paths.devices,
      lazyRouteComponent(() => import('../devices/DeviceListScreen.tsx'), 'DeviceListScreen'),
    ),
    page(
      '/devices/$deviceId',
      lazyRouteComponent(() => import('../devices/DeviceScreen.tsx'), 'DeviceScreen'),
    ),
    page(
      paths.groups,
      lazyRouteComponent(() => import('../groups/HierarchyScreen.tsx'), 'HierarchyScreen'),
    ),
    page(
      '/groups/$tenantId/$groupId',
      lazyRouteComponent(() => import('../groups/GroupScreen.tsx'), 'GroupScreen'),
    ),
    page(
      paths.deviceSelections,
      lazyRouteComponent(
        () => import('../device-selections/DeviceSelectionListScreen.tsx'),
        'DeviceSelectionListScreen',
      ),
    ),
    page(
      '/device-selections/$selectionId',
      lazyRouteComponent(
        () => import('../device-selections/DeviceSelectionFormScreen.tsx'),
        'DeviceSelectionFormScreen',
      ),
    ),
    page(
      paths.movingRules,
      lazyRouteComponent(() => import('../moving-rules/MovingRulesScreen.tsx'), 'MovingRulesScreen'),
    ),
    page(
      paths.software,
      lazyRouteComponent(() => import('../software/SoftwareListScreen.tsx'), 'SoftwareListScreen'),
    ),
    page(
      paths.tasks,
      lazyRouteComponent(() => import('../tasks/TaskListScreen.tsx'), 'TaskListScreen'),
    ),
    page(
      paths.taskNew,
      lazyRouteComponent(() => import('../tasks/TaskFormScreen.tsx'), 'TaskFormScreen'),
    ),
    page(
      '/tasks/$taskId',
      lazyRouteComponent(() => import('../tasks/TaskScreen.tsx'), 'TaskScreen'),
    ),
    page(
      '/tasks/$taskId/edit',
      lazyRouteComponent(() => import('../tasks/TaskFormScreen.tsx'), 'TaskFormScreen'),
    ),
    page(
      paths.events,
      lazyRouteComponent(() => import('../events/EventListScreen.tsx'), 'EventListScreen'),
    ),
    page(
      paths.eventSelections,
      lazyRouteComponent(() => import('../selections/SelectionListScreen.tsx'), 'SelectionListScreen'),
    ),
    page(
      '/event-selections/$selectionId',
      lazyRouteComponent(() => import('../selections/SelectionFormScreen.tsx'), 'SelectionFormScreen'),
    ),
    page(
      paths.policies,
      lazyRouteComponent(() => import('../policies/PolicyListScreen.tsx'), 'PolicyListScreen'),
    ),
    page(
      '/policies/$policyId',
      lazyRouteComponent(() => import('../policies/PolicyScreen.tsx'), 'PolicyScreen'),
    ),
    page(
      paths.tenants,
      lazyRouteComponent(() => import('../tenants/TenantListScreen.tsx'), 'TenantListScreen'),
    ),
    page(
      '/tenants/$tenantId',
      lazyRouteComponent(() => import('../tenants/TenantScreen.tsx'), 'TenantScreen'),
    ),
    page(
      paths.licenses,
      lazyRouteComponent(() => import('../licenses/LicenseListScreen.tsx'), 'LicenseListScreen'),
    ),
    page(
      '/licenses/$licenseId',
      lazyRouteComponent(() => import('../licenses/LicenseScreen.tsx'), 'LicenseScreen'),
    ),
    page(
      paths.licenseUsage,
      lazyRouteComponent(() => import('../licenses/UsageScreen.tsx'), 'UsageScreen'),
    ),
    page(
      paths.incidents,
      lazyRouteComponent(() => import('../incidents/IncidentListScreen.tsx'), 'IncidentListScreen'),
    ),
    page(
      paths.integrations,
      lazyRouteComponent(() => import('../integration/IntegrationListScreen.tsx'), 'IntegrationListScreen'),
    ),
    page(
      '/integrations/$integrationId',
      lazyRouteComponent(() => import('../integration/IntegrationScreen.tsx'), 'IntegrationScreen'),
    ),
    page(
      paths.sources,
      lazyRouteComponent(() => import('../integration/SourcesScreen.tsx'), 'SourcesScreen'),
    ),
    page(
      paths.billing,
      lazyRouteComponent(() => import('../billing/BillingScreen.tsx'), 'BillingScreen'),
    ),
    page(
      paths.integrationHealth,
      lazyRouteComponent(() => import('../integration/HealthScreen.tsx'), 'HealthScreen'),
    ),
    page(
      paths.tickets,
      lazyRouteComponent(() => import('../tickets/TicketListScreen.tsx'), 'TicketListScreen'),
    ),
    page(
      paths.activity,
      lazyRouteComponent(() => import('../activity/ActivityScreen.tsx'), 'ActivityScreen'),
    ),
    page(
      paths.users,
      lazyRouteComponent(() => import('../users/UsersScreen.tsx'), 'UsersScreen'),
    ),
    page(
      paths.servers,
      lazyRouteComponent(() => import('../secondary-servers/ServerTreeScreen.tsx'), 'ServerTreeScreen'),
    ),
    page(
      '/servers/$serverId',
      lazyRouteComponent(() => import('../secondary-servers/ServerScreen.tsx'), 'ServerScreen'),
    ),
    page(
      paths.serviceReports,
      lazyRouteComponent(() => import('../service-reports/ServiceReportsScreen.tsx'), 'ServiceReportsScreen'),
    ),
    page(
      paths.siemExports,
      lazyRouteComponent(() => import('../siem-exports/SiemExportsScreen.tsx'), 'SiemExportsScreen'),
    ),
    page(
      paths.notifications,
      lazyRouteComponent(() => import('../notifications/NotificationsScreen.tsx'), 'NotificationsScreen'),
    ),
    page(
      paths.eventConfiguration,
      lazyRouteComponent(
        () => import('../event-configuration/EventConfigurationScreen.tsx'),
        'EventConfigurationScreen',
      ),
    ),
    page(
      paths.frequentEvents,
      lazyRouteComponent(() => import('../frequent-events/FrequentEventsScreen.tsx'), 'FrequentEventsScreen'),
    ),
    page(
      paths.eventStorage,
      lazyRouteComponent(() => import('../event-storage/EventStorageScreen.tsx'), 'EventStorageScreen'),
    ),
    page(
      paths.revisions,
      lazyRouteComponent(() => import('../revisions/RevisionListScreen.tsx'), 'RevisionListScreen'),
    ),
    page(
      paths.audit,
      lazyRouteComponent(() => import('../audit/AuditScreen.tsx'), 'AuditScreen'),
    ),
    page(
      paths.server,
      lazyRouteComponent(() => import('../server/ServerScreen.tsx'), 'ServerScreen'),
    ),
    // Inside the shell, so that the way on is beside the message.
    createRoute({ getParentRoute: () => shell, path: '$', component: NoSuchPage }),
  ]),
]);

export const createAppRouter = () =>
  createRouter({
    routeTree: routes,
    parseSearch: parseQuery,
    stringifySearch: writeQuery,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: NoSuchPage,
    defaultPendingComponent: () => <Waiting lines={8} />,
    defaultPendingMs: 100,
  });
