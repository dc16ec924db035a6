import { randomUUID } from 'node:crypto';
import type { Me, StatusLevel } from '@gatehouse/contract';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const pageFrom = <T>(all: T[], { limit, after }: { limit: number; after?: string | undefined }) => {
  const from = after === undefined ? 0 : Number(after);
  return { items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null };
};
const found = <T>(thing: T | undefined): T => {
  if (!thing) throw new Refusal(404, 'thing.not_found', 'It does not exist, or is not yours to see');
  return thing;
};
/** The answer of what has nothing to say. */
const done = (..._what: unknown[]) => ({});
const rank: Record<StatusLevel, number> = { ok: 0, warning: 1, critical: 2 };

/** The answers of the double, from the world that it is given. */
const commandNames: Record<string, string> = {
  scan: 'Quick scan',
  'restore-from-quarantine': 'Restoring from quarantine',
  'delete-from-quarantine': 'Deletion from quarantine',
};

export const answerFrom = (http: HttpDouble, world: World) => {
  const { on } = http;
  const meOf = (user: World['users'][number]): Me => ({
    id: user.id,
    name: user.name,
    role: user.role,
    tenantIds: user.tenantIds,
    permissions: [...contract.roles[user.role].permissions],
    csrfToken: 'csrf-of-this-session',
  });
  const at = () => new Date().toISOString();

  on(contract.getSetupState, () => ({ needed: world.setupNeeded }));
  on(contract.setUp, ({ body }, { become }) => {
    if (body.token !== world.setupToken)
      throw new Refusal(
        403,
        'setup.wrong_token',
        'The set-up token is wrong or was used. Start the server again to get a new one.',
      );
    const user = { ...found(world.users[0]), name: body.name };
    world.users[0] = user;
    world.setupNeeded = false;
    become(meOf(user));
    return meOf(user);
  });
  on(contract.signIn, ({ body }, { become }) => {
    const user = world.users.find(({ name }) => name === body.name);
    if (!user || body.password !== world.password)
      throw new Refusal(
        403,
        'session.wrong_credentials',
        'Name or password is wrong. After several failures the account waits a minute.',
      );
    become(meOf(user));
    return meOf(user);
  });
  on(contract.getSession, (_, { me }) => found(me ?? undefined));
  on(contract.signOut, (_, { become }) => done(become(null)));
  on(contract.changeOwnPassword, ({ body }) => {
    if (body.oldPassword !== world.password)
      throw new Refusal(403, 'session.wrong_credentials', 'The present password is wrong');
    world.password = body.newPassword;
    return {};
  });
  on(contract.listUsers, () => ({ items: world.users }));
  on(contract.addUser, ({ body }) => {
    if (world.users.some(({ name }) => name === body.name))
      throw new Refusal(409, 'user.name_taken', `There is already a user named ${body.name}`);
    const user = {
      id: randomUUID(),
      name: body.name,
      role: body.role,
      tenantIds: body.tenantIds,
      disabled: false,
      createdAt: at(),
      lastSignedInAt: null,
    };
    world.users.push(user);
    return user;
  });
  on(contract.changeUser, ({ params, body }) => {
    const { password: _, ...change } = body;
    return Object.assign(found(world.users.find(({ id }) => id === params.userId)), change);
  });
  on(contract.listApiTokens, () => ({ items: world.apiTokens }));
  on(contract.addApiToken, ({ body }) => {
    const token = {
      id: randomUUID(),
      name: body.name,
      role: body.role,
      tenantIds: body.tenantIds,
      createdAt: at(),
      createdBy: 'ada',
      expiresAt: null,
      lastUsedAt: null,
    };
    world.apiTokens.push(token);
    return { ...token, secret: 'gh_api_only-once-1234567890' };
  });
  on(contract.revokeApiToken, ({ params }) =>
    done(
      world.apiTokens.splice(
        world.apiTokens.findIndex(({ id }) => id === params.tokenId),
        1,
      ),
    ),
  );
  on(contract.listAudit, ({ query }) =>
    pageFrom(
      world.audit.filter(
        ({ action, actor }) => (!query.action || action === query.action) && (!query.actor || actor === query.actor),
      ),
      query,
    ),
  );

  on(contract.listTenants, () => ({ items: world.tenants }));
  on(contract.addTenant, ({ body }) => world.addTenant(body.name));
  on(contract.renameTenant, ({ params, body }) =>
    Object.assign(found(world.tenants.find(({ id }) => id === params.tenantId)), body),
  );
  on(contract.deleteTenant, ({ params }) => {
    const tenant = found(world.tenants.find(({ id }) => id === params.tenantId));
    if (tenant.devices.total > 0)
      throw new Refusal(
        409,
        'tenant.has_devices',
        `${tenant.name} still has ${tenant.devices.total} devices. Delete or move them first.`,
      );
    world.tenants.splice(world.tenants.indexOf(tenant), 1);
    return {};
  });
  on(contract.listEnrolmentTokens, ({ params }) => ({
    items: world.enrolmentTokens.filter(({ tenantId }) => tenantId === params.tenantId),
  }));
  on(contract.addEnrolmentToken, ({ params, body }) => {
    const group = found(
      world.groups.find(
        ({ id, tenantId, kind }) =>
          tenantId === params.tenantId && (body.groupId ? id === body.groupId : kind === 'managed'),
      ),
    );
    const token = {
      id: randomUUID(),
      tenantId: params.tenantId,
      groupId: group.id,
      groupName: group.name,
      name: body.name,
      createdAt: at(),
      createdBy: 'ada',
      expiresAt: body.expiresInDays ? new Date(Date.now() + body.expiresInDays * DAY_MS).toISOString() : null,
      usesLeft: body.uses,
      lastUsedAt: null,
    };
    world.enrolmentTokens.push(token);
    return { ...token, secret: 'gh_enrol_only-once-abcdefgh' };
  });
  on(contract.revokeEnrolmentToken, ({ params }) =>
    done(
      world.enrolmentTokens.splice(
        world.enrolmentTokens.findIndex(({ id }) => id === params.tokenId),
        1,
      ),
    ),
  );

  on(contract.listDevices, ({ query }) => {
    const tenantIds = query.tenantId as string[] | undefined;
    const statuses = query.status as string[] | undefined;
    const keys = query.condition as string[] | undefined;
    const text = query.text?.toLowerCase();
    const sort = query.sort;
    const all = world.devices
      .filter((device) => !tenantIds || tenantIds.includes(device.tenantId))
      .filter((device) => !query.groupId || device.groupId === query.groupId)
      .filter((device) => !statuses || statuses.includes(device.status))
      .filter((device) => !keys || device.reasons.some(({ condition }) => keys.includes(condition)))
      .filter((device) => query.visible === undefined || device.visible === query.visible)
      .filter((device) => !text || `${device.name} ${device.ipAddress} ${device.osName}`.toLowerCase().includes(text))
      .toSorted((a, b) => {
        const order =
          sort === 'status'
            ? rank[a.status] - rank[b.status]
            : sort === 'activeThreats'
              ? a.activeThreats - b.activeThreats
              : String(a[sort]).localeCompare(String(b[sort]));
        return (query.descending ? -order : order) || a.name.localeCompare(b.name);
      });
    return { ...pageFrom(all, query), total: all.length };
  });
  const device = (id: string) => found(world.devices.find((each) => each.id === id));
  on(contract.getDevice, ({ params }) => device(params.deviceId));
  on(contract.changeDevice, ({ params, body }) => Object.assign(device(params.deviceId), body));
  on(contract.deleteDevice, ({ params }) =>
    done(world.devices.splice(world.devices.indexOf(device(params.deviceId)), 1), world.recount()),
  );
  on(contract.revokeDeviceKey, ({ params }) => {
    device(params.deviceId).keyRevoked = true;
    return {};
  });
  on(contract.resetVirusCounter, ({ params }) => {
    device(params.deviceId).virusCount = 0;
    return {};
  });
  on(contract.giveCommand, ({ params, body }) => {
    const commandId = randomUUID();
    device(params.deviceId).commands.unshift({
      id: commandId,
      kind: body.kind,
      displayName: commandNames[body.kind] ?? 'Database update',
      ...(body.quarantine && { quarantine: body.quarantine }),
      createdAt: at(),
      expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
      state: 'waiting',
      completedPercent: null,
      changedAt: at(),
      result: null,
      givenBy: 'ada',
      runId: null,
    });
    return { commandId };
  });

  on(contract.listEvents, ({ query }) => {
    const tenantIds = query.tenantId as string[] | undefined;
    const severities = query.severity as string[] | undefined;
    const types = query.type as string[] | undefined;
    const text = query.text?.toLowerCase();
    const all = world.events
      .filter((event) => !tenantIds || tenantIds.includes(event.tenantId))
      .filter((event) => !query.deviceId || event.deviceId === query.deviceId)
      .filter((event) => !severities || severities.includes(event.severity))
      .filter((event) => !types || types.includes(event.type))
      .filter(
        (event) =>
          !text || `${event.displayName} ${event.description} ${event.deviceName}`.toLowerCase().includes(text),
      )
      .filter((event) => (!query.from || event.riseTime >= query.from) && (!query.to || event.riseTime <= query.to));
    return pageFrom(all, query);
  });
  on(contract.getEvent, ({ params }) => found(world.events.find(({ id }) => id === params.eventId)));
  on(contract.listEventTypes, () => ({ items: world.eventTypes }));
  on(contract.getAdministrationOverview, ({ query }) => {
    const tenantIds = query.tenantId as string[] | undefined;
    const devices = world.devices.filter(({ tenantId }) => !tenantIds || tenantIds.includes(tenantId));
    const count = (status: StatusLevel) => devices.filter((each) => each.status === status).length;
    const byCondition = new Map<string, { condition: string; title: string; level: StatusLevel; devices: number }>();
    for (const reason of devices.flatMap(({ reasons }) => reasons)) {
      const key = `${reason.level} ${reason.condition}`;
      const row = byCondition.get(key) ?? {
        condition: reason.condition,
        title: reason.title,
        level: reason.level,
        devices: 0,
      };
      byCondition.set(key, { ...row, devices: row.devices + 1 });
    }
    const hours = Array.from(
      { length: 24 },
      (_, back) => Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (23 - back) * HOUR_MS,
    );
    return {
      devices: {
        ok: count('ok'),
        warning: count('warning'),
        critical: count('critical'),
        notVisible: devices.filter(({ visible }) => !visible).length,
        total: devices.length,
      },
      conditions: [...byCondition.values()].toSorted((a, b) => b.devices - a.devices),
      eventHours: hours.map((hour) => {
        const of = (severity: string) =>
          world.events.filter(
            (event) =>
              event.severity === severity && Math.floor(Date.parse(event.riseTime) / HOUR_MS) * HOUR_MS === hour,
          ).length;
        return {
          hour: new Date(hour).toISOString(),
          info: of('info'),
          warning: of('warning'),
          functionalFailure: of('functional-failure'),
          critical: of('critical'),
        };
      }),
      tenantsWithProblems: world.tenants
        .filter(({ devices: counts }) => counts.critical + counts.warning > 0)
        .map(({ id, name, devices: counts }) => ({
          tenantId: id,
          name,
          critical: counts.critical,
          warning: counts.warning,
        })),
    };
  });

  on(contract.getIntegrationsOverview, () => ({
    openTickets: world.tickets.filter(({ state }) => state !== 'closed').length,
    ticketDays: Array.from({ length: 7 }, (_, back) => ({
      day: new Date(Date.now() - (6 - back) * DAY_MS).toISOString().slice(0, 10),
      opened: world.tickets.length ? 2 + ((back * 3) % 5) : 0,
      closed: world.tickets.length ? 1 + ((back * 2) % 4) : 0,
    })),
    mappedTenants: world.mappings.filter(({ account }) => account).length,
    tenants: world.tenants.length,
    rulesOn: world.rules.filter(({ enabled }) => enabled).length,
    problems: world.integrations.flatMap(({ name, problem }) =>
      problem ? [{ what: name, message: problem.message, since: problem.at }] : [],
    ),
  }));
  on(contract.listPsaKinds, () => ({ items: world.psaKinds }));
  on(contract.listIntegrations, () => ({ items: world.integrations }));
  const integration = (id: string) => found(world.integrations.find((each) => each.id === id));
  on(contract.addIntegration, ({ body }) => {
    const kind = found(world.psaKinds.find((each) => each.kind === body.kind));
    if (body.settings.secret === 'wrong')
      throw new Refusal(
        409,
        'psa.unauthorized',
        'The PSA refused the API user. Check name, secret and integration code.',
      );
    const secrets = kind.fields.filter((field) => field.kind === 'secret').map(({ name }) => name);
    const made = {
      id: randomUUID(),
      kind: body.kind,
      name: body.name ?? 'Integration with Autotask',
      enabled: true,
      settings: Object.fromEntries(Object.entries(body.settings).filter(([name]) => !secrets.includes(name))),
      secretsSet: secrets,
      state: 'working' as const,
      problem: null,
      failingSince: null,
      lastSuccessAt: at(),
      nextTryAt: null,
      createdAt: at(),
    };
    world.integrations.push(made);
    return made;
  });
  on(contract.changeIntegration, ({ params, body }) => {
    const { settings, ...rest } = body;
    const changed = Object.assign(integration(params.integrationId), rest);
    if (settings)
      changed.settings = {
        ...changed.settings,
        ...Object.fromEntries(Object.entries(settings).filter(([name]) => !changed.secretsSet.includes(name))),
      };
    return changed;
  });
  on(contract.deleteIntegration, ({ params }) =>
    done(world.integrations.splice(world.integrations.indexOf(integration(params.integrationId)), 1)),
  );
  on(contract.testIntegration, ({ params }) => {
    integration(params.integrationId);
    return {
      ok: false,
      steps: [
        { step: 'Reach the PSA', ok: true, message: 'Answered in 80 ms' },
        { step: 'Sign in', ok: true, message: 'The API user is active' },
        { step: 'Right to create tickets', ok: false, message: 'The security level forbids it: allow Tickets, Add' },
      ],
    };
  });
  on(contract.listTickets, ({ query }) => {
    const states = query.state as string[] | undefined;
    return pageFrom(
      world.tickets.filter(
        (ticket) =>
          (!states || states.includes(ticket.state)) &&
          (!query.deviceId || ticket.deviceId === query.deviceId) &&
          (!query.integrationId || ticket.integrationId === query.integrationId),
      ),
      query,
    );
  });
  on(contract.listDecisions, ({ query }) => {
    const kinds = query.decision as string[] | undefined;
    return pageFrom(
      world.decisions.filter(
        (each) =>
          (!kinds || kinds.includes(each.decision)) &&
          (!query.deviceId || each.deviceId === query.deviceId) &&
          (!query.ticketId || each.ticketId === query.ticketId),
      ),
      query,
    );
  });
  on(contract.getServerInfo, () => ({
    version: '0.1.0',
    startedAt: new Date(Date.now() - 2 * DAY_MS).toISOString(),
    roles: ['administration', 'integrations'],
    database: 'PGlite 0.5 in the data folder',
    eventEngine: 'chDB 3.4.0 in the data folder',
    openApi: {
      port: 13299,
      certificateFingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
      certificatePem: `-----BEGIN CERTIFICATE-----\n${idOf('pem')}\n-----END CERTIFICATE-----\n`,
    },
  }));
  on(contract.listFailedJobs, () => ({ items: world.failedJobs }));
  on(contract.retryFailedJob, ({ params }) =>
    done(
      world.failedJobs.splice(
        world.failedJobs.findIndex(({ id }) => id === params.jobId),
        1,
      ),
    ),
  );
};
