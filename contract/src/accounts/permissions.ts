/** Every right that an endpoint can ask for. */
export const permissions = [
  'overview:read',
  'tenants:read',
  'tenants:write',
  'devices:read',
  'devices:write',
  'devices:command',
  'groups:write',
  'events:read',
  'events:delete',
  'statuses:write',
  'policies:read',
  'policies:write',
  'tasks:read',
  'tasks:write',
  'scripts:run',
  'licenses:read',
  'licenses:write',
  'incidents:write',
  'servers:read',
  'servers:write',
  'integrations:read',
  'integrations:write',
  'tickets:read',
  'billing:read',
  'billing:write',
  'users:read',
  'users:write',
  'audit:read',
  'server:read',
  'server:write',
] as const;
export type Permission = (typeof permissions)[number];

const reading: Permission[] = [
  'overview:read',
  'tenants:read',
  'devices:read',
  'events:read',
  'policies:read',
  'tasks:read',
  'licenses:read',
  'servers:read',
  'tickets:read',
];

/** What each role may do. A role can be limited to some tenants for one user; see `User.tenantIds`. */
export const roles = {
  administrator: { title: 'MSP administrator', permissions: [...permissions] },
  technician: {
    title: 'Technician',
    permissions: [
      ...reading,
      'devices:write',
      'devices:command',
      'groups:write',
      'tasks:write',
      'incidents:write',
      'integrations:read',
    ],
  },
  billing: { title: 'Billing', permissions: [...reading, 'integrations:read', 'billing:read', 'billing:write'] },
  'read-only': { title: 'Read-only', permissions: reading },
} as const satisfies Record<string, { title: string; permissions: readonly Permission[] }>;
export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as [Role, ...Role[]];

export const roleHas = (role: Role, permission: Permission): boolean =>
  (roles[role].permissions as readonly Permission[]).includes(permission);
