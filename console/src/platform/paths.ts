/** The address of every page, in one place. */
export const paths = {
  overview: '/overview',
  devices: '/devices',
  device: (id: string) => `/devices/${encodeURIComponent(id)}`,
  groups: '/groups',
  group: (tenantId: string, id: number) => `/groups/${encodeURIComponent(tenantId)}/${id}`,
  deviceSelections: '/device-selections',
  deviceSelection: (id: string) => `/device-selections/${encodeURIComponent(id)}`,
  movingRules: '/moving-rules',
  software: '/software',
  tasks: '/tasks',
  taskNew: '/tasks/new',
  task: (id: string) => `/tasks/${encodeURIComponent(id)}`,
  taskEdit: (id: string) => `/tasks/${encodeURIComponent(id)}/edit`,
  events: '/events',
  eventSelections: '/event-selections',
  eventSelection: (id: string) => `/event-selections/${encodeURIComponent(id)}`,
  policies: '/policies',
  policy: (id: string) => `/policies/${encodeURIComponent(id)}`,
  tenants: '/tenants',
  tenant: (id: string) => `/tenants/${encodeURIComponent(id)}`,
  licenses: '/licenses',
  license: (id: string) => `/licenses/${encodeURIComponent(id)}`,
  licenseUsage: '/license-usage',
  incidents: '/incidents',
  integrations: '/integrations',
  integration: (id: string) => `/integrations/${encodeURIComponent(id)}`,
  sources: '/sources',
  integrationHealth: '/integration-health',
  billing: '/billing',
  tickets: '/tickets',
  serviceReports: '/service-reports',
  activity: '/activity',
  servers: '/servers',
  secondaryServer: (id: string) => `/servers/${encodeURIComponent(id)}`,
  siemExports: '/siem-exports',
  notifications: '/notifications',
  users: '/users',
  eventConfiguration: '/event-configuration',
  eventStorage: '/event-storage',
  frequentEvents: '/frequent-events',
  revisions: '/revisions',
  audit: '/audit',
  server: '/server',
  signIn: '/sign-in',
} as const;

/** Adds query parameters to a path; what is undefined is left out. */
export const withQuery = (path: string, query: Record<string, string | string[] | undefined>): string => {
  const written = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) written.append(key, each);
  }
  return written.size === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${written}`;
};
