/**
 * The import rules. `mayImport` is the architecture: a row per module, with the doors it may use inside its own system.
 * A new folder needs a row here, else tools/import-rules.test.ts says so. What each rule is for stands in its comment,
 * which is what the check prints.
 */

const systems = ['administration', 'integrations', 'siem', 'hub'];

/** accounts, audit, platform, protocols and contract are open to every module and need no mention. */
export const mayImport = {
  administration: {
    tenants: [],
    groups: ['tenants'],
    search: [],
    devices: ['tenants', 'groups', 'search'],
    visibility: [],
    'moving-rules': ['tenants', 'groups', 'devices'],
    'device-selections': ['tenants', 'devices', 'selections'],
    events: ['tenants', 'search'],
    'event-configuration': ['tenants', 'groups', 'events'],
    'event-storage': ['events'],
    'frequent-events': ['tenants', 'events'],
    selections: ['events'],
    'event-exports': ['events', 'selections'],
    'event-deletions': ['tenants', 'events', 'selections'],
    policies: ['tenants', 'groups', 'devices'],
    statuses: ['tenants', 'groups', 'devices'],
    commands: ['tenants', 'devices', 'events'],
    tasks: ['tenants', 'commands'],
    enrolment: ['tenants', 'groups'],
    inventory: ['tenants', 'devices', 'search'],
    'agent-packages': [],
    agents: ['tenants', 'devices', 'enrolment', 'events', 'commands', 'inventory', 'agent-packages'],
    licenses: ['tenants', 'devices', 'events'],
    incidents: ['tenants', 'devices', 'search'],
    'siem-exports': ['tenants', 'events'],
    notifications: ['events'],
    'secondary-servers': [],
    'system-log': ['events'],
    reports: [],
    revisions: ['tenants'],
    overview: ['tenants', 'devices', 'events', 'statuses'],
    'open-api': [
      'tenants',
      'groups',
      'devices',
      'events',
      'statuses',
      'commands',
      'search',
      'secondary-servers',
      'policies',
      'reports',
      'tasks',
      'licenses',
      'incidents',
      'inventory',
    ],
  },
  integrations: {
    sources: [],
    psa: [],
    notices: [],
    memberships: ['sources', 'psa'],
    health: ['sources', 'psa'],
    mappings: ['memberships', 'sources', 'psa'],
    ticketing: ['mappings', 'sources', 'psa'],
    billing: ['mappings', 'sources', 'psa'],
    'account-fields': ['mappings', 'sources', 'psa'],
    reporting: ['mappings', 'sources', 'psa', 'ticketing', 'account-fields'],
  },
};

/** Modules that belong to no system. */
export const mayImportOutside = {
  accounts: ['audit'],
  audit: [],
  operations: [],
  service: [],
};

const TEST = '[.]test[.]tsx?$';
const HELPS_TESTS = '(/testing/|[.]testing[.]tsx?$)';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const rowRule = (name, folder, doors, sisters) =>
  rule(
    name,
    doors.length > 0 ? `It may import ${doors.join(', ')} and no other sister.` : 'It may import no sister.',
    { path: `^server/src/${folder}/`, pathNot: TEST },
    { path: `^server/src/${sisters}/` },
  );

const rowsOfSystem = ([system, rows]) =>
  Object.entries(rows).flatMap(([module, doors]) => {
    const closed = Object.keys(rows).filter((other) => other !== module && !doors.includes(other));
    if (closed.length === 0) return [];
    return [rowRule(`${system}/${module}-may-import`, `${system}/${module}`, doors, `${system}/(${closed.join('|')})`)];
  });

const rowsOutside = Object.entries(mayImportOutside).map(([module, doors]) =>
  rowRule(
    `${module}-may-import`,
    module,
    doors,
    `(${[...systems, ...Object.keys(mayImportOutside).filter((other) => other !== module && !doors.includes(other))].join('|')})`,
  ),
);

/** Folders in which every sub-folder is one part of a list: a connector, a source, an entity. */
const parts = 'psa|sources|responses|normalizers|collectors';

export default {
  forbidden: [
    rule(
      'no-cycles',
      'Two files that need each other are one file, or hide a third.',
      { pathNot: TEST },
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule(
      'imports-resolve',
      'What is imported exists and is a dependency of this project.',
      {},
      { couldNotResolve: true },
    ),
    rule(
      'systems-meet-by-protocol',
      'The four systems never import each other: each can be replaced by the real product.',
      { path: `^server/src/(${systems.join('|')})/`, pathNot: TEST },
      { path: `^server/src/(${systems.join('|')})/`, pathNot: '^server/src/$1/' },
    ),
    rule(
      'enter-by-the-door',
      'A module is imported through its index.ts.',
      { path: '^server/src/([^/]+)/([^/]+)/', pathNot: [TEST, HELPS_TESTS] },
      { path: `^server/src/(${systems.join('|')})/[^/]+/`, pathNot: ['^server/src/$1/$2/', '/index[.]ts$'] },
    ),
    rule(
      'enter-platform-and-accounts-by-the-door',
      'A part of platform/, accounts and audit are imported through their index.ts.',
      { path: '^server/src/(platform/[^/]+|[^/]+)/', pathNot: [TEST, HELPS_TESTS] },
      {
        path: '^server/src/(platform/[^/]+|accounts|audit|operations|service)/',
        pathNot: ['^server/src/$1/', '/index[.]ts$'],
      },
    ),
    rule(
      'wiring-enters-by-the-door',
      'app.ts, flow.ts and a system’s own index.ts wire doors together and know nothing behind them.',
      {
        path: ['^server/src/[^/]+[.]ts$', '^server/src/[^/]+/[^/]+[.]ts$'],
        pathNot: [TEST, HELPS_TESTS, '^server/src/(accounts|audit|operations|service|testing)/'],
      },
      {
        path: '^server/src/((platform|administration|integrations|siem|hub)/[^/]+|accounts|audit|operations|service)/',
        pathNot: '/index[.]ts$',
      },
    ),
    ...Object.entries(mayImport).flatMap(rowsOfSystem),
    ...rowsOutside,
    rule(
      'platform-knows-no-module',
      'platform/ would make sense in a bakery’s software: it imports no module.',
      { path: '^server/src/platform/', pathNot: TEST },
      { path: '^server/src/(?!platform/)' },
    ),
    rule(
      'protocols-and-contract-import-nothing-of-ours',
      'A codec is of use to strangers, and the contract is read by browser, agent and server alike.',
      { path: '^(protocols|contract)/', pathNot: TEST },
      { path: ['^(server|console|agent|sandboxes|tools)/', '^protocols/', '^contract/'], pathNot: '^$1/' },
    ),
    rule(
      'sql-only-in-stores',
      'Only store*.ts and platform/ speak SQL.',
      { path: '^server/src/', pathNot: ['/store[^/]*[.]ts$', '^server/src/platform/', HELPS_TESTS, TEST] },
      {
        path: '(^|/)node_modules/(kysely|@electric-sql|pg|chdb|@clickhouse)/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'http-only-in-routes',
      'Only routes*.ts, open-api/ and platform/http know Fastify.',
      {
        path: '^server/src/',
        pathNot: ['/routes[^/]*[.]ts$', '/open-api/', '^server/src/platform/http/', HELPS_TESTS, TEST],
      },
      { path: '(^|/)node_modules/(fastify|@fastify)/' },
    ),
    rule(
      'parts-stand-alone',
      'A connector, a source, a normalizer, a response sees its port and platform/, never a sibling.',
      { path: `^server/src/[^/]+/(${parts})/([^/]+)/`, pathNot: TEST },
      { path: '^server/src/[^/]+/$1/[^/]+/', pathNot: '^server/src/[^/]+/$1/$2/' },
    ),
    rule(
      'product-does-not-need-its-tests',
      'What ships imports no test, no test helper and no stand-in of an outside system.',
      { path: '^(server|agent|console|protocols|contract)/src/', pathNot: [TEST, HELPS_TESTS, '-contract[.]ts$'] },
      { path: [TEST, '^server/src/testing/', '^sandboxes/', '(^|/)node_modules/(vitest|fast-check|playwright-core)/'] },
    ),
    rule(
      'console-and-agent-share-only-the-contract',
      'They meet the server in contract/.',
      { path: '^(console|agent)/' },
      { path: ['^(server|sandboxes|protocols|tools)/', '^(console|agent)/'], pathNot: '^$1/' },
    ),
    rule(
      'views-do-not-fetch',
      'A *View.tsx gets props; its hook talks to the server.',
      { path: '^console/.*View[.]tsx$' },
      { path: '(^console/src/api/|node_modules/@tanstack/react-query/)', dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Not simply /dist/: that would hide every library that ships in such a folder, Kysely for one.
    exclude: { path: '^console/dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
