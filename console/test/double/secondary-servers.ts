import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const counts = (critical: number, warning: number, ok: number, notVisible = 0): contract.StatusCounts => ({
  ...{ critical, warning, ok, notVisible },
  total: critical + warning + ok,
});
const FINGERPRINT = 'a1'.repeat(32);

const someServers = (): contract.SecondaryServer[] => {
  const server = (
    name: string,
    address: string,
    link: Partial<contract.ServerLink>,
    snapshot: contract.SecondarySnapshot | null,
  ): contract.SecondaryServer => ({
    ...contract.SecondaryServerSettings.parse({
      name,
      address,
      userName: 'gatehouse',
      certificateFingerprint: FINGERPRINT,
    }),
    id: idOf(`server ${name}`),
    createdAt: ago(900_000),
    instanceId: idOf(`instance ${name}`),
    link: {
      state: 'connected',
      since: ago(400_000),
      problem: null,
      lastTriedAt: ago(100),
      readAt: ago(100),
      nextTryAt: ago(-200),
      ...link,
    },
    snapshot,
  });
  const snapshot = (words: Partial<contract.SecondarySnapshot>): contract.SecondarySnapshot => ({
    product: 'Gatehouse Administration Server',
    version: '13.1.0.0',
    counts: counts(3, 12, 240, 9),
    ownCounts: counts(0, 2, 38, 1),
    virtualServers: [
      { virtualServerId: 1, name: 'Harbour Logistics', counts: counts(3, 4, 120, 8) },
      { virtualServerId: 2, name: 'Lakeside School', counts: counts(0, 6, 82) },
    ],
    groups: [
      { id: 1, parentId: null, fullName: 'Managed devices', virtualServerId: 0, counts: counts(0, 2, 30) },
      { id: 9, parentId: 1, fullName: 'Managed devices/Servers/', virtualServerId: 0, counts: counts(0, 0, 8, 1) },
      { id: 21, parentId: null, fullName: 'Managed devices', virtualServerId: 1, counts: counts(3, 4, 120, 8) },
    ],
    lastEvents: [
      {
        riseTime: ago(840),
        severity: 'critical',
        displayName: 'Malicious object detected',
        deviceName: 'HL-NB-07',
        description: 'Sample.Trojan.Pebble in /srv/exchange/invoice-2291.exe',
      },
    ],
    secondaries: [],
    knowsPrimary: true,
    ...words,
  });
  return [
    server('Branch North', 'north.example.com', {}, snapshot({ secondaries: ['Branch North, warehouse'] })),
    server(
      'Data centre South',
      '192.0.2.40',
      {
        state: 'unreachable',
        since: ago(7400),
        readAt: ago(7700),
        problem: {
          code: 'secondary-server.unreachable',
          message: "Nothing listens at 192.0.2.40:13299: is the server running, and is this the Open API's port?",
        },
      },
      snapshot({ product: 'Kaspersky Security Center', version: '14.2.0.26967', groups: null, knowsPrimary: false }),
    ),
    server(
      'Old site',
      'old.example.com',
      {
        state: 'refused',
        since: ago(90_000),
        readAt: null,
        problem: {
          code: 'secondary-server.certificate-mismatch',
          message:
            'old.example.com:13299 shows another certificate than the one that is trusted; nothing was sent to it. It shows 0B:5F:22.',
        },
      },
      null,
    ),
  ];
};

const someDevices = (): contract.SecondaryDevice[] =>
  Array.from({ length: 255 }, (_, number) => ({
    deviceId: idOf(`other device ${number}`),
    name: `hl-nb-${String(number + 1).padStart(3, '0')}`,
    status: number < 3 ? ('critical' as const) : number < 15 ? ('warning' as const) : ('ok' as const),
    visible: number % 30 !== 0,
    reasons:
      number < 3 ? ['There are active threats', 'Databases are outdated'] : number < 15 ? ['A restart is needed'] : [],
    groupName: 'Managed devices',
    virtualServerName: number % 5 === 0 ? '' : number % 2 ? 'Harbour Logistics' : 'Lakeside School',
    osName: 'Windows 11 Pro',
    ipAddress: `10.20.0.${number + 1}`,
    lastSeenAt: ago(60 * number),
    databasesAt: ago(3600 + number),
    agentVersion: '0.1.0',
    protectionVersion: '12.4.0',
    activeThreats: number < 3 ? 1 : 0,
  }));

/** Servers above and below; `wrong` as a password is refused, `gone.example.com` does not answer. */
export const answerSecondaryServers = ({ on }: HttpDouble, world: World, kind: 'full' | 'empty') => {
  let servers = kind === 'full' ? someServers() : [];
  let primary: contract.PrimaryServer | null =
    kind === 'full'
      ? { instanceId: idOf('head'), name: 'Head office', since: ago(900_000), lastHeardAt: ago(5000), connected: false }
      : null;
  const found = (id: string): contract.SecondaryServer => {
    const server = servers.find((one) => one.id === id);
    if (!server) throw new Refusal(404, 'secondary-server.not-found', `There is no secondary server ${id}`);
    return server;
  };
  const tried = (body: { address: string; password?: string | undefined }): void => {
    if (body.address === 'gone.example.com') {
      throw new Refusal(
        400,
        'secondary-server.unreachable',
        'No such host: the name in gone.example.com:13299 is known to no name server',
      );
    }
    if (body.password === 'wrong') {
      throw new Refusal(
        400,
        'secondary-server.login-refused',
        `${body.address}:13299 refuses the login: check user name and password, and whether the account is blocked`,
      );
    }
  };
  on(contract.getServerHierarchy, () => ({
    self: {
      instanceId: idOf('self'),
      name: 'Main server',
      counts: counts(4, 9, 101, 6),
      ownCounts: counts(0, 0, 2),
      virtualServers: world.tenants
        .filter(({ virtualServerId }) => virtualServerId !== 0)
        .map(({ id, name, virtualServerId, devices }) => ({ tenantId: id, name, virtualServerId, counts: devices })),
    },
    primary,
    secondaries: servers,
  }));
  on(contract.getSecondaryServer, ({ params }) => found(params.serverId));
  on(contract.refreshSecondaryServer, ({ params }) => {
    const server = found(params.serverId);
    if (server.link.state === 'connected') Object.assign(server.link, { readAt: ago(0) });
    return server;
  });
  on(contract.lookAtServerCertificate, ({ body }) => {
    tried(body);
    return { fingerprint: FINGERPRINT, subject: `CN=${body.address}`, validUntil: ago(-90_000_000) };
  });
  on(contract.readServerCertificate, () => ({
    fingerprint: FINGERPRINT,
    subject: 'CN=from a file',
    validUntil: ago(-90_000_000),
  }));
  on(contract.trySecondaryServer, ({ body }) => {
    tried(body);
    return {
      ...{ product: 'Gatehouse Administration Server', version: '13.1.0.0', instanceId: null },
      ...{ devices: 42, virtualServers: 3 },
    };
  });
  on(contract.addSecondaryServer, ({ body: { password, ...settings } }) => {
    tried({ ...settings, password });
    const [model] = someServers();
    const server = { ...(model as contract.SecondaryServer), ...settings, id: randomUUID(), createdAt: ago(0) };
    servers.push(server);
    return server;
  });
  on(contract.changeSecondaryServer, ({ params, body: { password, ...settings } }) => {
    tried({ ...settings, password });
    return Object.assign(found(params.serverId), settings);
  });
  on(contract.removeSecondaryServer, ({ params }) => {
    servers = servers.filter((one) => one !== found(params.serverId));
    return {};
  });
  on(contract.forgetPrimaryServer, () => {
    primary = null;
    return {};
  });
  on(contract.listSecondaryDevices, ({ params, query }) => {
    const { link } = found(params.serverId);
    if (link.problem) throw new Refusal(503, link.problem.code, link.problem.message);
    const all = someDevices().filter(
      ({ name, status }) =>
        (!query.text || name.includes(query.text)) && (query.status === undefined || status === query.status),
    );
    return { items: all.slice(query.offset, query.offset + query.limit), total: all.length, readAt: ago(0) };
  });
};
