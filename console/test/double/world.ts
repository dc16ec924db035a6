import { createHash } from 'node:crypto';
import type {
  AccountMapping,
  ApiToken,
  AuditLine,
  Decision,
  Device,
  EnrolmentToken,
  Group,
  Integration,
  listEventTypes,
  listFailedJobs,
  listPsaKinds,
  PsaField,
  ReplyOf,
  SecurityEvent,
  SeverityName,
  Source,
  StatusCounts,
  StatusReason,
  Tenant,
  Ticket,
  TicketRule,
  User,
} from '@gatehouse/contract';
import { moreFacts } from './device-facts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The same id for the same name, so that addresses in tests stay. */
export const idOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const conditions = [
  { key: 'securityAppNotInstalled', title: 'Security application is not installed', unit: null },
  { key: 'activeThreats', title: 'Active threats are detected', unit: 'objects' },
  { key: 'tooManyViruses', title: 'Too many viruses detected', unit: 'objects' },
  { key: 'databasesOutdated', title: 'Databases are outdated', unit: 'days' },
  { key: 'scanNotPerformed', title: 'Virus scan has not been performed in a long time', unit: 'days' },
  { key: 'notConnected', title: 'Not connected in a long time', unit: 'days' },
  { key: 'restartRequired', title: 'Device must be restarted', unit: 'minutes' },
  { key: 'outOfDiskSpace', title: 'Device has run out of disk space', unit: 'MB' },
] as const;

const eventTypes: ReplyOf<typeof listEventTypes>['items'] = [
  {
    component: 'Administration Server',
    code: 'KLSRV_HOST_STATUS_CRITICAL',
    typeId: 4113,
    displayName: 'Device status is Critical',
    severity: 'critical',
    storageTermDays: 180,
  },
  {
    component: 'Administration Server',
    code: 'KLSRV_HOST_STATUS_WARNING',
    typeId: 4114,
    displayName: 'Device status is Warning',
    severity: 'warning',
    storageTermDays: 90,
  },
  {
    component: 'Administration Server',
    code: 'KLSRV_DISK_FULL',
    typeId: 4107,
    displayName: 'There is no free space on the disk',
    severity: 'functional-failure',
    storageTermDays: 180,
  },
  {
    component: 'Security application',
    code: 'GNRL_EV_VIRUS_FOUND',
    typeId: null,
    displayName: 'Malicious object detected',
    severity: 'critical',
    storageTermDays: 180,
  },
  {
    component: 'Security application',
    code: 'GNRL_EV_UPDATE_DONE',
    typeId: null,
    displayName: 'Databases were updated',
    severity: 'info',
    storageTermDays: 30,
  },
  {
    component: 'Security application',
    code: 'GNRL_EV_SCAN_FAILED',
    typeId: null,
    displayName: 'Scan failed',
    severity: 'functional-failure',
    storageTermDays: 180,
  },
];

/** Everything that the double knows. `full` is a busy Tuesday; `empty` the minute after set-up. */
export const createWorld = (kind: 'full' | 'empty', now: Date) => {
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const noCounts = (): StatusCounts => ({ ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 });

  const tenants: Tenant[] = [];
  const groups: Group[] = [];
  const devices: Device[] = [];
  const events: SecurityEvent[] = [];
  const tickets: Ticket[] = [];
  const decisions: Decision[] = [];
  const enrolmentTokens: EnrolmentToken[] = [];
  const audit: AuditLine[] = [];
  const integrations: Integration[] = [];
  const sources: Source[] = [];
  const mappings: AccountMapping[] = [];
  const rules: TicketRule[] = [];
  const failedJobs: ReplyOf<typeof listFailedJobs>['items'] = [];
  const users: User[] = [
    {
      id: idOf('user ada'),
      name: 'ada',
      role: 'administrator',
      tenantIds: null,
      disabled: false,
      createdAt: ago(40 * DAY_MS),
      lastSignedInAt: ago(2 * HOUR_MS),
    },
  ];
  const apiTokens: ApiToken[] = [];
  const psaFields: PsaField[] = [
    {
      name: 'priority',
      general: false,
      title: 'Priority',
      required: true,
      parent: null,
      choices: ['Critical', 'High', 'Medium', 'Low'].map((label, at) => ({
        id: String(at + 1),
        label,
        active: true,
        parentId: null,
      })),
    },
    {
      name: 'queueID',
      general: false,
      title: 'Queue',
      required: true,
      parent: null,
      choices: ['Monitoring Alert', 'Level 1 Support', 'Old queue'].map((label, at) => ({
        id: `q${at}`,
        label,
        active: at < 2,
        parentId: null,
      })),
    },
    {
      name: 'issueType',
      general: false,
      title: 'Issue type',
      required: false,
      parent: null,
      choices: ['Computer', 'Network'].map((label, at) => ({ id: `i${at}`, label, active: true, parentId: null })),
    },
    {
      name: 'subIssueType',
      general: false,
      title: 'Subissue type',
      required: false,
      parent: 'issueType',
      choices: [
        { id: 's0', label: 'Virus', active: true, parentId: 'i0' },
        { id: 's1', label: 'Firewall', active: true, parentId: 'i1' },
      ],
    },
    ...(
      [
        ['status', 'New ticket status', true, ['New', 'In progress', 'Complete']],
        ['closedStatus', 'Closed ticket status', true, ['New', 'In progress', 'Complete']],
        ['source', 'Ticket source', false, ['Monitoring Alert', 'Phone']],
      ] as const
    ).map(([name, title, required, labels]) => ({
      name,
      general: true,
      title,
      required,
      parent: null,
      choices: labels.map((label, at) => ({ id: `${name} ${at}`, label, active: true, parentId: null })),
    })),
  ];
  const psaKinds: ReplyOf<typeof listPsaKinds>['items'] = [
    {
      kind: 'autotask',
      title: 'Autotask',
      fields: [
        {
          name: 'userName',
          title: 'API user name',
          help: 'Of an API-only user with the security level for tickets.',
          kind: 'text',
          required: true,
        },
        {
          name: 'secret',
          title: 'API secret',
          help: 'Shown once when the API user was made.',
          kind: 'secret',
          required: true,
        },
        {
          name: 'integrationCode',
          title: 'Integration code',
          help: 'From the user page of the API user.',
          kind: 'secret',
          required: true,
        },
        {
          name: 'zoneUrl',
          title: 'Zone address',
          help: 'Leave it empty to have it found by the user name.',
          kind: 'url',
          required: false,
        },
        {
          name: 'readOnly',
          title: 'Dry run',
          help: 'Decide and log, but write no ticket.',
          kind: 'flag',
          required: false,
        },
      ],
    },
    {
      kind: 'tigerpaw',
      title: 'Tigerpaw',
      fields: [
        { name: 'url', title: 'Address', help: 'Of the REST API.', kind: 'url', required: true },
        { name: 'publicKey', title: 'Public key', help: 'From Employee setup.', kind: 'text', required: true },
        { name: 'privateKey', title: 'Private key', help: 'From Employee setup.', kind: 'secret', required: true },
        {
          name: 'timeoutSeconds',
          title: 'Time limit in seconds',
          help: 'How long to wait for an answer.',
          kind: 'number',
          required: false,
        },
      ],
    },
  ];
  const psaAccounts = ['Northwind Dental', 'Contoso Legal', 'Fabrikam Steel', 'Adatum Travel', 'Litware Labs'].map(
    (name, at) => ({
      id: String(1000 + at),
      name,
      active: at !== 4,
    }),
  );

  const addTenant = (name: string): Tenant => {
    const tenant: Tenant = {
      id: idOf(`tenant ${name}`),
      name,
      virtualServerId: tenants.length + 1,
      createdAt: ago(0),
      devices: noCounts(),
    };
    tenants.push(tenant);
    const managed = groups.length + 1;
    groups.push(
      {
        id: managed,
        tenantId: tenant.id,
        parentId: null,
        name: 'Managed devices',
        kind: 'managed',
        fullName: 'Managed devices/',
        devices: noCounts(),
        devicesBelow: noCounts(),
      },
      {
        id: managed + 1,
        tenantId: tenant.id,
        parentId: null,
        name: 'Unassigned devices',
        kind: 'unassigned',
        fullName: 'Unassigned devices/',
        devices: noCounts(),
        devicesBelow: noCounts(),
      },
    );
    return tenant;
  };
  const recount = () => {
    const counted = (here: readonly Device[]): StatusCounts => ({
      ok: here.filter(({ status }) => status === 'ok').length,
      warning: here.filter(({ status }) => status === 'warning').length,
      critical: here.filter(({ status }) => status === 'critical').length,
      notVisible: here.filter(({ visible }) => !visible).length,
      total: here.length,
    });
    const below = (id: number): number[] => [
      id,
      ...groups.filter(({ parentId }) => parentId === id).flatMap((child) => below(child.id)),
    ];
    for (const tenant of tenants) tenant.devices = counted(devices.filter(({ tenantId }) => tenantId === tenant.id));
    for (const group of groups) {
      const ids = below(group.id);
      group.devices = counted(devices.filter(({ groupId }) => groupId === group.id));
      group.devicesBelow = counted(devices.filter(({ groupId }) => ids.includes(groupId)));
    }
  };
  const reasonsOf = (level: 'warning' | 'critical', at: number): StatusReason[] => {
    const condition = conditions[at % conditions.length] ?? conditions[0];
    return [
      {
        condition: condition.key,
        title: condition.title,
        level,
        since: ago((1 + random(90)) * HOUR_MS),
        detail:
          condition.unit === null
            ? 'Found nothing that protects this device'
            : `${3 + random(9)} ${condition.unit} (more than ${level === 'critical' ? 7 : 3})`,
        rule: {
          groupId: null,
          groupName: null,
          value: condition.unit === null ? 'on' : `more than ${level === 'critical' ? 7 : 3} ${condition.unit}`,
        },
      },
    ];
  };

  if (kind === 'full') {
    for (const name of ['Northwind Dental', 'Contoso Legal', 'Fabrikam Steel']) {
      const tenant = addTenant(name);
      const parent = groups.at(-2)?.id ?? 1;
      for (const branch of ['Workstations', 'Servers']) {
        groups.push({
          id: groups.length + 1,
          tenantId: tenant.id,
          parentId: parent,
          name: branch,
          kind: 'group',
          fullName: `Managed devices/${branch}/`,
          devices: noCounts(),
          devicesBelow: noCounts(),
        });
      }
    }
    const hostile = `<img src=x onerror="document.title='owned'">`;
    for (let at = 0; at < 40; at += 1) {
      const tenant = tenants[at % 3] as Tenant;
      const isServer = at % 7 === 0;
      const group = groups.find(
        (each) => each.tenantId === tenant.id && each.name === (isServer ? 'Servers' : 'Workstations'),
      ) as Group;
      const status = at % 5 === 0 ? 'critical' : at % 4 === 0 ? 'warning' : 'ok';
      const name = at === 20 ? hostile : `${isServer ? 'srv' : 'pc'}-${String(at + 1).padStart(2, '0')}`;
      const visible = at % 6 !== 5;
      const seen = ago(visible ? random(50) * 60_000 : 30 * HOUR_MS);
      devices.push({
        id: idOf(`device ${at}`),
        tenantId: tenant.id,
        tenantName: tenant.name,
        groupId: group.id,
        groupName: group.name,
        name,
        status,
        visible,
        reasons:
          status === 'ok'
            ? []
            : at % 10 === 0
              ? [...reasonsOf('critical', at), ...reasonsOf('warning', at + 3)]
              : reasonsOf(status, at),
        noLongerSeen: !visible && status === 'ok',
        unseenReasons: !visible && status === 'ok' ? reasonsOf('warning', 3) : [],
        statusSince: ago((1 + random(100)) * HOUR_MS),
        osFamily: !isServer && at % 3 === 0 ? 'windows' : 'linux',
        tags: [...(isServer ? ['core'] : []), ...(at % 9 === 0 ? ['vip'] : [])],
        restartRequired: at % 6 === 0,
        lastScanAt: ago(3 * DAY_MS),
        osName: isServer ? 'Debian GNU/Linux 12' : at % 3 === 0 ? 'Windows 11 Pro' : 'Ubuntu 24.04 LTS',
        ipAddress: `10.${(at % 3) + 1}.0.${at + 10}`,
        lastSeenAt: seen,
        securityApplication: at % 8 === 0 ? null : 'ClamAV 1.4.6',
        databasesReleasedAt: at % 8 === 0 ? null : ago(random(9) * DAY_MS),
        activeThreats: at % 10 === 0 ? 2 : 0,
        virusCount: random(6),
        facts: {
          hostname: name,
          fqdn: `${name}.example.net`,
          os: { family: 'linux', name: 'Debian GNU/Linux', version: '12', arch: 'x86_64', isServer },
          ipAddresses: [`10.${(at % 3) + 1}.0.${at + 10}`, 'fe80::1'],
          macAddresses: ['02:00:00:00:00:0a'],
          users: ['anna', 'root'],
          disks: [{ mount: '/', sizeBytes: 500e9, freeBytes: 80e9 + at * 1e9 }],
          lastBootAt: ago(9 * DAY_MS),
          securityApplication: {
            product: 'clamav',
            name: 'ClamAV',
            version: '1.4.6',
            running: true,
            rtpState: 4,
            rtpMethod: 'watch',
          },
          databases: { releasedAt: ago(2 * DAY_MS), records: 8_700_123 },
          lastScanAt: ago(3 * DAY_MS),
          restart: { required: at % 6 === 0, since: ago(4 * DAY_MS), reasons: ['kernel update'] },
          ...moreFacts(at, { ago, idOf }),
        },
        agentVersion: '0.1.0',
        enrolledAt: ago(30 * DAY_MS),
        createdAt: ago(30 * DAY_MS),
        lastConnectedAt: seen,
        factsAt: seen,
        keyRevoked: false,
        activeThreatList:
          at % 10 === 0
            ? [
                {
                  uid: 'a',
                  object: '/home/anna/Downloads/invoice.pdf.exe',
                  threatName: 'Eicar-Signature',
                  foundAt: ago(5 * HOUR_MS),
                },
                { uid: 'b', object: '/tmp/x.sh', threatName: 'Unix.Trojan.Agent', foundAt: ago(4 * HOUR_MS) },
              ]
            : [],
        commands:
          at % 4 === 0
            ? [
                {
                  id: idOf(`command ${at}`),
                  kind: 'scan',
                  displayName: 'Quick scan',
                  createdAt: ago(600_000),
                  expiresAt: ago(-DAY_MS),
                  scan: { mode: 'quick', paths: [] },
                  state: 'running',
                  completedPercent: 42,
                  changedAt: ago(60_000),
                  result: null,
                  givenBy: 'ada',
                  runId: null,
                },
              ]
            : [],
      });
    }
    const severities: SeverityName[] = ['info', 'info', 'info', 'warning', 'warning', 'functional-failure', 'critical'];
    for (let at = 0; at < 400; at += 1) {
      const device = devices[random(devices.length)] as Device;
      const severity = severities[random(severities.length)] as SeverityName;
      const type = eventTypes.find((each) => each.severity === severity) as (typeof eventTypes)[number];
      const rise = ago(at * 7 * 60_000);
      events.push({
        id: String(9_000_000_000_000_400 - at),
        type: at === 3 ? 'VENDOR_NEW_THING' : type.code,
        typeId: at === 3 ? null : type.typeId,
        displayName: at === 3 ? 'VENDOR_NEW_THING' : type.displayName,
        severity,
        known: at !== 3,
        description:
          at === 1
            ? `${hostile} was found in a very long place: ${'/deep'.repeat(60)}`
            : `${type.displayName} on ${device.name}`,
        params: severity === 'critical' ? { 1: 'Eicar-Signature', 2: '/home/anna/Downloads/invoice.pdf.exe' } : {},
        riseTime: rise,
        registrationTime: rise,
        tenantId: device.tenantId,
        tenantName: device.tenantName,
        deviceId: device.id,
        deviceName: device.name,
        groupId: device.groupId,
        groupName: device.groupName,
        product: 'clamav',
        productVersion: '1.4.6',
        taskId: null,
        taskName: '',
        taskOldState: null,
        taskNewState: null,
      });
    }
    const integration: Integration = {
      id: idOf('integration'),
      kind: 'autotask',
      name: 'Integration with Autotask',
      enabled: true,
      settings: { userName: 'api@example.net', readOnly: false },
      secretsSet: ['secret', 'integrationCode'],
      state: 'waiting',
      problem: {
        code: 'psa.unavailable',
        message: 'The PSA answered 503; trying again in 2 minutes',
        at: ago(240_000),
      },
      failingSince: ago(240_000),
      lastSuccessAt: ago(300_000),
      nextTryAt: new Date(now.getTime() + 120_000).toISOString(),
      createdAt: ago(20 * DAY_MS),
    };
    integrations.push(integration);
    sources.push({
      id: idOf('source'),
      kind: 'administration-server',
      name: 'This server',
      url: 'https://127.0.0.1:13299',
      user: 'integration',
      certificateFingerprint: Array.from({ length: 32 }, (_, at) =>
        (at * 7).toString(16).padStart(2, '0').slice(-2).toUpperCase(),
      ).join(':'),
      proxy: null,
      isLocal: true,
      enabled: true,
      lastReadAt: ago(20_000),
      problem: null,
      failingSince: null,
      nextTryAt: null,
      tenants: 3,
    });
    sources.push({
      id: idOf('source branch'),
      kind: 'administration-server',
      name: 'Branch office',
      url: 'https://ksc.branch.example:13299',
      user: 'gatehouse',
      certificateFingerprint: null,
      proxy: { url: 'http://proxy.branch.example:3128', user: 'way', hasPassword: true },
      isLocal: false,
      enabled: true,
      lastReadAt: ago(7_200_000),
      problem: {
        code: 'source.timed-out',
        message: 'ksc.branch.example:13299 does not answer in time. Check address, port and firewall',
        at: ago(60_000),
      },
      failingSince: ago(7_200_000),
      nextTryAt: new Date(now.getTime() + 200_000).toISOString(),
      tenants: 1,
    });
    tenants.forEach((tenant, at) => {
      mappings.push({
        sourceId: idOf('source'),
        sourceName: 'This server',
        sourceTenantId: String(tenant.virtualServerId),
        sourceTenantName: tenant.name,
        isMember: true,
        account: at < 2 ? (psaAccounts[at] ?? null) : null,
        billing: { enabled: false, contract: null },
        changes: [],
        problem: at === 1 ? 'The account is inactive in the PSA: no tickets are opened' : null,
      });
    });
    for (const [severity, title] of [
      ['critical', 'Critical events'],
      ['functional-failure', 'Functional failures'],
      ['warning', 'Warnings'],
    ] as const) {
      rules.push({
        reason: `event:${severity}`,
        title,
        enabled: severity === 'critical',
        fields: { priority: severity === 'critical' ? '1' : '3', queueID: 'q0', issueType: null, subIssueType: null },
        dueHours: 12,
        lifetimeDays: 1,
        autoClose: null,
        problem: null,
      });
    }
    for (const level of ['warning', 'critical'] as const) {
      for (const { key, title } of conditions) {
        const isBroken = level === 'critical' && key === 'outOfDiskSpace';
        rules.push({
          reason: `status:${level}:${key}`,
          title,
          enabled: key === 'activeThreats',
          fields: {
            priority: isBroken ? null : level === 'critical' ? '1' : '3',
            queueID: 'q0',
            issueType: null,
            subIssueType: null,
          },
          dueHours: level === 'critical' ? 12 : 24,
          lifetimeDays: null,
          autoClose: true,
          problem: isBroken ? 'Priority has no value: choose one' : null,
        });
      }
    }
    const states: Ticket['state'][] = ['open', 'closed', 'open', 'failed', 'opening', 'closing'];
    for (let at = 0; at < 24; at += 1) {
      const device = devices[(at * 5) % 40] as Device;
      const state = states[at % states.length] as Ticket['state'];
      tickets.push({
        id: idOf(`ticket ${at}`),
        integrationId: integration.id,
        reason: at % 3 === 0 ? 'event:critical' : 'status:critical:activeThreats',
        title: `${at % 3 === 0 ? 'Malicious object detected' : 'Active threats are detected'} on ${device.name}`,
        tenantName: device.tenantName,
        accountName: device.tenantName,
        deviceId: device.id,
        deviceName: device.name,
        state,
        psaTicketId: state === 'opening' ? null : String(5000 + at),
        psaTicketNumber: state === 'opening' ? null : `T20260304.${String(at).padStart(4, '0')}`,
        psaUrl: state === 'opening' ? null : `https://psa.example.net/ticket/${5000 + at}`,
        openedAt: ago(at * 5 * HOUR_MS),
        closedAt: state === 'closed' ? ago(at * 4 * HOUR_MS) : null,
        problem:
          state === 'failed'
            ? 'The PSA refused the queue: it does not exist any more. Choose another in the ticket rules.'
            : null,
      });
    }
    const kinds: Decision['decision'][] = ['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note'];
    for (let at = 0; at < 120; at += 1) {
      const ticket = tickets[at % tickets.length] as Ticket;
      const decision = kinds[at % kinds.length] as Decision['decision'];
      decisions.push({
        id: String(1000 - at),
        at: ago(at * 11 * 60_000),
        integrationId: integration.id,
        decision,
        reason: ticket.reason,
        tenantName: ticket.tenantName,
        deviceId: ticket.deviceId,
        deviceName: ticket.deviceName,
        ticketId: ticket.id,
        psaTicketNumber: decision === 'skip' ? null : ticket.psaTicketNumber,
        psaUrl: decision === 'skip' ? null : ticket.psaUrl,
        explanation:
          decision === 'skip'
            ? 'The event is older than the lifetime of 1 day'
            : decision === 'fail'
              ? 'The PSA answered: queue 29682833 does not exist'
              : 'The rule is on, the account is active, and no open ticket has this key',
        severity: 'critical',
      });
    }
    const workstations = groups.find(({ kind: which }) => which === 'managed') as Group;
    enrolmentTokens.push({
      id: idOf('token'),
      tenantId: workstations.tenantId,
      groupId: workstations.id,
      groupName: workstations.name,
      name: 'Spring roll-out',
      createdAt: ago(3 * DAY_MS),
      createdBy: 'ada',
      expiresAt: ago(-27 * DAY_MS),
      usesLeft: null,
      lastUsedAt: ago(5 * HOUR_MS),
    });
    users.push(
      {
        id: idOf('user tom'),
        name: 'tom',
        role: 'technician',
        tenantIds: [tenants[0]?.id ?? ''],
        disabled: false,
        createdAt: ago(20 * DAY_MS),
        lastSignedInAt: ago(DAY_MS),
      },
      {
        id: idOf('user vera'),
        name: 'vera',
        role: 'read-only',
        tenantIds: null,
        disabled: true,
        createdAt: ago(9 * DAY_MS),
        lastSignedInAt: null,
      },
    );
    apiTokens.push({
      id: idOf('api token'),
      name: 'nightly export',
      role: 'read-only',
      tenantIds: null,
      createdAt: ago(9 * DAY_MS),
      createdBy: 'ada',
      expiresAt: ago(-300 * DAY_MS),
      lastUsedAt: ago(6 * HOUR_MS),
    });
    for (let at = 0; at < 60; at += 1) {
      audit.push({
        id: 500 - at,
        at: ago(at * HOUR_MS),
        actor: at % 3 === 0 ? 'ada' : 'tom',
        actorKind: 'user',
        action: ['session.started', 'device.command-given', 'ticket-rules.changed'][at % 3] as string,
        target: `/api/devices/${idOf(`device ${at % 40}`)}`,
        tenantId: null,
        address: '192.0.2.7',
        outcome: at % 9 === 0 ? 'refused' : 'done',
        before: at % 3 === 2 ? { enabled: false } : null,
        after: at % 3 === 2 ? { enabled: true } : null,
        requestId: idOf(`request ${at}`),
      });
    }
    failedJobs.push({
      id: 'job-7',
      name: 'integrations.carry-out',
      payload: { ticketId: idOf('ticket 3') },
      error: { code: 'psa.rejected', message: 'Queue 29682833 does not exist' },
      attempts: 8,
      failedAt: ago(HOUR_MS),
    });
    recount();
  }
  return {
    now,
    tenants,
    groups,
    devices,
    events,
    eventTypes,
    tickets,
    decisions,
    enrolmentTokens,
    audit,
    integrations,
    sources,
    mappings,
    rules,
    failedJobs,
    users,
    apiTokens,
    psaFields,
    psaKinds,
    psaAccounts,
    setupNeeded: false,
    setupToken: 'first-run-token',
    password: 'correct horse battery',
    addTenant,
    recount,
  };
};
export type World = ReturnType<typeof createWorld>;
