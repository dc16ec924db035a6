import { randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { idOf, type World } from './world.ts';

const fingerprint = Array.from({ length: 32 }, () => 'C4').join(':');
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const sameTenant = (a: contract.SourceTenantRef) => (b: contract.SourceTenantRef) =>
  a.sourceId === b.sourceId && a.sourceTenantId === b.sourceTenantId;

/** What trying this would find: a server named `closed` refuses, one named `self-signed` is not trusted yet. */
const tryOut = (access: { url?: string | undefined; password?: string | undefined; pinned: boolean }) => {
  const step = (
    name: contract.SourceTestStep['step'],
    code: string | null,
    message: string,
  ): contract.SourceTestStep => ({
    step: name,
    ok: code === null,
    code,
    message,
  });
  const steps: contract.SourceTestStep[] = [];
  const certificate = { fingerprint, subject: 'CN=ksc.example.com', validUntil: ago(-300 * 86_400) };
  const failed = (...last: Parameters<typeof step>) => ({ ok: false, steps: [...steps, step(...last)], tenants: [] });
  if (access.url?.includes('closed')) {
    return {
      ...failed('address', 'source.connection-refused', 'Nothing listens at closed.example.com:13299. Check the port'),
      certificate: null,
    };
  }
  steps.push(step('address', null, 'ksc.example.com:13299 answers'));
  if (!access.pinned) {
    return {
      ...failed('certificate', 'source.certificate-not-trusted', 'No known authority vouches for the certificate'),
      certificate,
    };
  }
  steps.push(step('certificate', null, 'It is the certificate that is trusted'));
  if (access.password === 'wrong') {
    return {
      ...failed('login', 'source.login-refused', 'The server refuses the login: check user and password'),
      certificate,
    };
  }
  steps.push(step('login', null, 'The login is accepted'));
  steps.push(step('rights', null, 'The user may read virtual servers, devices and events'));
  steps.push(step('virtual-servers', null, '2 to choose from: Hill Surgery, Valley Farm'));
  return { ok: true, steps, certificate, tenants: ['Hill Surgery', 'Valley Farm'] };
};
const whereOf: Record<string, string> = {
  'source.connection-refused': 'body.url',
  'source.certificate-not-trusted': 'body.certificateFingerprint',
  'source.login-refused': 'body.password',
};

/** Administration Servers, virtual servers of an integration, news, and health. */
export const answerConnections = ({ on }: HttpDouble, kind: 'full' | 'empty', world: World) => {
  const found = <T>(thing: T | undefined): T => {
    if (!thing) throw new Refusal(404, 'source.not-found', 'There is no such server');
    return thing;
  };
  const mustWork = (access: Parameters<typeof tryOut>[0]) => {
    const failure = tryOut(access).steps.find(({ ok }) => !ok);
    if (!failure) return;
    const where = whereOf[failure.code ?? ''] ?? 'body';
    throw new Refusal(400, failure.code ?? '', failure.message, [{ where, what: failure.message }]);
  };
  const sources = (): contract.Source[] => world.sources;
  /** What was sent, by the name of the endpoint. */
  const sent: Record<'addSource' | 'changeSource' | 'putIntegrationTenants' | 'putHealthSettings', unknown[]> = {
    addSource: [],
    changeSource: [],
    putIntegrationTenants: [],
    putHealthSettings: [],
  };

  on(contract.listSources, () => ({ items: sources() }));
  on(contract.testSource, ({ body }) =>
    tryOut({ ...body, pinned: Boolean(body.certificateFingerprint ?? body.certificate ?? body.sourceId) }),
  );
  on(contract.addSource, ({ body }) => {
    sent.addSource.push(body);
    mustWork({ ...body, pinned: Boolean(body.certificateFingerprint ?? body.certificate) });
    const source: contract.Source = {
      id: randomUUID(),
      kind: 'administration-server',
      name: body.name,
      url: `https://${body.url.replace(/^https:\/\//, '')}`,
      user: body.user,
      certificateFingerprint: body.certificateFingerprint ?? fingerprint,
      proxy: body.proxy
        ? { url: body.proxy.url, user: body.proxy.user, hasPassword: Boolean(body.proxy.password) }
        : null,
      isLocal: false,
      enabled: true,
      lastReadAt: null,
      problem: null,
      failingSince: null,
      nextTryAt: null,
      tenants: 2,
    };
    world.sources.push(source);
    return source;
  });
  on(contract.changeSource, ({ params, body }) => {
    sent.changeSource.push(body);
    const source = found(sources().find(({ id }) => id === params.sourceId));
    const { name, enabled, url, user, certificateFingerprint } = body;
    if (url !== undefined) mustWork({ ...body, pinned: true });
    return Object.assign(source, {
      ...(name === undefined ? {} : { name }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(url === undefined ? {} : { url }),
      ...(user === undefined ? {} : { user }),
      ...(certificateFingerprint === undefined ? {} : { certificateFingerprint }),
    });
  });
  on(contract.deleteSource, ({ params }) => {
    world.sources.splice(
      world.sources.findIndex(({ id }) => id === params.sourceId),
      1,
    );
    return {};
  });

  /** Those that no integration has yet; the others are the world's mappings. */
  const free: contract.IntegrationTenant[] =
    kind === 'empty'
      ? []
      : Array.from({ length: 120 }, (_, at) => ({
          sourceId: idOf('source'),
          sourceName: 'This server',
          sourceTenantId: String(1_000 + at),
          sourceTenantName: `Client ${String(at + 1).padStart(3, '0')}`,
          isMember: false,
          accountName: null,
          isListed: true,
        }));
  const members: contract.IntegrationTenant[] = [];
  on(contract.listIntegrationTenants, ({ query }) => {
    const mapped = world.mappings
      .filter(({ isMember }) => isMember)
      .map(({ sourceId, sourceName, sourceTenantId, sourceTenantName, account }) => ({
        ...{ sourceId, sourceName, sourceTenantId, sourceTenantName },
        ...{ isMember: true, isListed: true, accountName: account?.name ?? null },
      }));
    const all = [...mapped, ...members, ...free];
    const part = (query.text ?? '').toLowerCase();
    const matching = all.filter(({ sourceTenantName }) => sourceTenantName.toLowerCase().includes(part));
    return {
      items: matching.slice(0, query.limit),
      total: matching.length,
      members: all.filter(({ isMember }) => isMember).length,
      elsewhere: kind === 'empty' ? 0 : 4,
    };
  });
  on(contract.putIntegrationTenants, ({ body }) => {
    sent.putIntegrationTenants.push(body);
    let mappingsEnded = 0;
    for (const ref of body.add ?? []) {
      const at = free.findIndex(sameTenant(ref));
      const [tenant] = at === -1 ? [] : free.splice(at, 1);
      if (tenant) members.push({ ...tenant, isMember: true });
    }
    for (const ref of body.remove ?? []) {
      const mapping = world.mappings.find(sameTenant(ref));
      if (mapping?.account) mappingsEnded += 1;
      if (mapping) Object.assign(mapping, { isMember: false, account: null });
      const at = members.findIndex(sameTenant(ref));
      const [tenant] = at === -1 ? [] : members.splice(at, 1);
      if (tenant) free.unshift({ ...tenant, isMember: false });
    }
    return { added: body.add?.length ?? 0, removed: body.remove?.length ?? 0, mappingsEnded };
  });

  /** A test puts news here. */
  const notices: contract.IntegrationNotice[] = [];
  on(contract.listIntegrationNotices, () => ({ items: notices }));
  on(contract.readIntegrationNotice, ({ params }) => {
    notices.splice(
      notices.findIndex(({ id }) => id === params.noticeId),
      1,
    );
    return {};
  });

  let settings: contract.ReplyOf<typeof contract.getIntegrationHealth>['settings'] = {
    alarmAfterMinutes: 30,
    ticket: null,
    accountName: null,
  };
  const alarms: contract.HealthAlarm[] =
    kind === 'empty'
      ? []
      : [
          {
            id: idOf('alarm 1'),
            kind: 'source',
            subjectId: idOf('source branch'),
            name: 'Branch office',
            problem: { code: 'source.timed-out', message: 'ksc.branch.example:13299 does not answer in time' },
            failingSince: ago(7_200),
            raisedAt: ago(5_400),
            clearedAt: null,
            ticket: { state: 'open', number: 'T20261122.0007', url: 'https://psa.example/t/7', problem: null },
          },
          {
            id: idOf('alarm 2'),
            kind: 'integration',
            subjectId: idOf('integration'),
            name: 'Integration with Autotask',
            problem: { code: 'psa.unavailable', message: 'Autotask at webservices5.autotask.net is not reachable' },
            failingSince: ago(400_000),
            raisedAt: ago(398_000),
            clearedAt: ago(390_000),
            ticket: null,
          },
        ];
  on(contract.getIntegrationHealth, () => ({
    at: ago(0),
    items: [
      ...sources().map(
        (source): contract.ConnectionHealth => ({
          kind: 'source',
          id: source.id,
          name: source.name,
          state: !source.enabled ? 'off' : source.problem ? 'failing' : 'working',
          lastSuccessAt: source.lastReadAt,
          lagSeconds: source.problem ? 7_300 : 12,
          problem: source.problem,
          failingSince: source.failingSince,
          nextTryAt: source.nextTryAt,
          alarmSince: source.problem ? ago(5_400) : null,
          queue: null,
          usage: null,
        }),
      ),
      ...world.integrations.map(
        (integration): contract.ConnectionHealth => ({
          kind: 'integration',
          id: integration.id,
          name: integration.name,
          state: integration.state,
          lastSuccessAt: integration.lastSuccessAt,
          lagSeconds: 240,
          problem: integration.problem,
          failingSince: integration.failingSince,
          nextTryAt: integration.nextTryAt,
          alarmSince: null,
          queue: { waiting: 7, oldestAt: ago(240) },
          usage: { used: 8_120, threshold: 10_000, toldAt: ago(60), own: 412, ownCap: 2_500 },
        }),
      ),
    ],
    alarms,
    settings,
  }));
  on(contract.putHealthSettings, ({ body }) => {
    sent.putHealthSettings.push(body);
    const name = world.psaAccounts.find(({ id }) => id === body.ticket?.accountId)?.name ?? null;
    settings = { ...body, accountName: name };
    return settings;
  });
  return { notices, sent };
};
