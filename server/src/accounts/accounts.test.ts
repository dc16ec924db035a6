import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/clock/index.ts';
import { type Database, migrate } from '../platform/db/index.ts';
import { Conflict, TooMany } from '../platform/errors/index.ts';
import { hashOf } from '../platform/ids/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Called, type CallOptions, startTestHttp, type TestHttp } from '../testing/http.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { WrongPassword } from './errors.ts';
import { accountRoutes } from './routes.ts';
import { accountsMigrations } from './store-migrations.ts';

const tenantA = '019a0000-0000-7000-8000-00000000000a';
const tenantB = '019a0000-0000-7000-8000-00000000000b';
const password = 'correct horse battery';
const limits = { idleMinutes: 30, absoluteHours: 8 };

/** A browser: keeps its cookie and sends the csrf token that it was given. */
const browserAt = (server: TestHttp) => {
  let cookie = '';
  let csrfToken: string | undefined;
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Called> => {
    const answer = await server.call(method, path, {
      ...options,
      headers: { cookie, ...(csrfToken ? { 'x-csrf-token': csrfToken } : {}), ...options.headers },
    });
    const [set] = answer.headers.getSetCookie();
    if (set) cookie = set.split(';')[0] ?? '';
    if (answer.body?.csrfToken) csrfToken = answer.body.csrfToken;
    return answer;
  };
  return {
    call,
    signIn: (name: string, word = password) => call('POST', '/api/session', { body: { name, password: word } }),
    me: () => call('GET', '/api/session'),
    cookie: () => cookie,
    plant: (value: string) => {
      cookie = value;
    },
  };
};

describeOnBothEngines('accounts', (engine) => {
  let db: Database;
  let accounts: Accounts;
  let server: TestHttp;
  let now: Date;
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  beforeAll(async () => {
    db = await engine.open();
    await migrate(db, [accountsMigrations]);
    accounts = createAccounts({ db, now: () => now, limits });
    server = await startTestHttp((http) => accountRoutes(http, { accounts }), {
      authenticators: accounts.authenticators,
    });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    now = new Date('2026-03-04T05:06:07.000Z');
    server.audited.length = 0;
    await db.executeSql(
      'truncate accounts.account, accounts.session, accounts.api_token, accounts.setup_token, accounts.failed_try',
    );
  });
  const withAdministrator = async () => {
    await accounts.addUser({ name: 'Root', password, role: 'administrator' });
    const browser = browserAt(server);
    await browser.signIn('root');
    return browser;
  };

  describe('the first set-up', () => {
    const body = (token: string) => ({ token, name: 'root', password });

    it('makes an administrator and signs them in, once', async () => {
      const token = await accounts.issueSetupToken();
      const browser = browserAt(server);
      expect((await browser.call('GET', '/api/setup')).body).toEqual({ needed: true });
      const done = await browser.call('POST', '/api/setup', { body: body(token) });
      expect([done.status, done.body.role]).toEqual([200, 'administrator']);
      expect((await browser.me()).body.name).toBe('root');
      expect((await browser.call('GET', '/api/setup')).body).toEqual({ needed: false });

      const again = await server.call('POST', '/api/setup', { body: { ...body(token), name: 'other' } });
      expect([again.status, again.body.code]).toEqual([403, 'setup.not-possible']);
    });

    it('works with the newest token only, and not at all once there are people', async () => {
      const old = await accounts.issueSetupToken();
      const token = await accounts.issueSetupToken();
      expect((await server.call('POST', '/api/setup', { body: body(old) })).status).toBe(403);
      await accounts.addUser({ name: 'root', password, role: 'administrator' });
      expect((await server.call('POST', '/api/setup', { body: { ...body(token), name: 'x1' } })).status).toBe(403);
    });

    it('tried twice at once makes one administrator', async () => {
      const token = await accounts.issueSetupToken();
      const answers = await Promise.all(
        ['one', 'two', 'six'].map((name) => server.call('POST', '/api/setup', { body: { ...body(token), name } })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
    });

    it('stores no token in clear', async () => {
      const token = await accounts.issueSetupToken();
      const { rows } = await db.executeSql('select * from accounts.setup_token');
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(token);
    });
  });

  describe('signing in', () => {
    beforeEach(() => accounts.addUser({ name: 'Ann', password, role: 'technician', tenantIds: [tenantA] }));

    it('gives a session whatever the case of the name, with a cookie that scripts cannot read', async () => {
      const answer = await browserAt(server).signIn('aNN');
      expect(answer.body).toMatchObject({ name: 'Ann', role: 'technician', tenantIds: [tenantA] });
      expect(answer.body.permissions).toContain('devices:write');
      const [set] = answer.headers.getSetCookie();
      expect(set).toMatch(/^gatehouse_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/);
    });

    it('fails alike for a wrong password, an unknown name and a disabled user', async () => {
      const root = await withAdministrator();
      const users = (await root.call('GET', '/api/users')).body.items;
      const ann = users.find(({ name }: { name: string }) => name === 'Ann');
      const wrong = await server.call('POST', '/api/session', { body: { name: 'ann', password: 'wrong' } });
      const unknown = await server.call('POST', '/api/session', { body: { name: 'nobody', password } });
      await root.call('PATCH', `/api/users/${ann.id}`, { body: { disabled: true } });
      const disabled = await server.call('POST', '/api/session', { body: { name: 'ann', password } });
      for (const { status, body } of [wrong, unknown, disabled]) {
        expect([status, body.code, body.message]).toEqual([401, 'session.wrong-password', 'Name or password is wrong']);
      }
    });

    it('never takes over a session id that was planted before', async () => {
      const attacker = browserAt(server);
      await accounts.addUser({ name: 'eve', password, role: 'read-only' });
      await attacker.signIn('eve');
      const planted = attacker.cookie();

      const victim = browserAt(server);
      victim.plant(planted);
      await victim.signIn('ann');
      expect(victim.cookie()).not.toBe(planted);
      expect((await attacker.me()).status).toBe(401);
      expect((await victim.me()).body.name).toBe('Ann');
    });

    it('leaves a line with who it was, and for a failure with the name that was tried, never with a password', async () => {
      await browserAt(server).signIn('ann');
      await browserAt(server).signIn('ann', 'a wrong password');
      expect(server.audited.map(({ actor, action, outcome, after }) => [actor, action, outcome, after])).toEqual([
        ['Ann', 'session.started', 'done', { name: 'ann', password: '•••' }],
        ['anonymous', 'session.started', 'refused', { name: 'ann', password: '•••' }],
      ]);
    });

    it('stores neither session secret nor password in clear', async () => {
      const browser = browserAt(server);
      await browser.signIn('ann');
      const { rows } = await db.executeSql(
        'select s.id_hash, a.password_hash from accounts.session s join accounts.account a on a.id = s.account_id',
      );
      const secret = browser.cookie().split('=')[1] ?? '';
      expect(rows).toEqual([{ id_hash: hashOf(secret), password_hash: expect.stringMatching(/^\$argon2id\$/) }]);
    });
  });

  describe('a session', () => {
    let browser: ReturnType<typeof browserAt>;
    beforeEach(async () => {
      await accounts.addUser({ name: 'ann', password, role: 'technician' });
      browser = browserAt(server);
      await browser.signIn('ann');
    });

    it('ends when it is left alone for too long', async () => {
      later(29 * MINUTE_MS);
      expect((await browser.me()).status).toBe(200);
      later(29 * MINUTE_MS);
      expect((await browser.me()).status).toBe(200);
      later(30 * MINUTE_MS);
      expect((await browser.me()).body.code).toBe('session.ended');
    });

    it('ends after its time even when it is used', async () => {
      for (let minutes = 20; minutes < 480; minutes += 20) {
        later(20 * MINUTE_MS);
        expect((await browser.me()).status).toBe(200);
      }
      later(20 * MINUTE_MS);
      expect((await browser.me()).status).toBe(401);
      await accounts.cleanUp();
      expect((await db.executeSql('select 1 from accounts.session')).rows).toEqual([]);
    });

    it('ends when its user signs out, and the cookie is of no use after that', async () => {
      const kept = browser.cookie();
      expect((await browser.call('DELETE', '/api/session')).status).toBe(200);
      browser.plant(kept);
      expect((await browser.me()).status).toBe(401);
    });

    it('cannot write without its csrf token', async () => {
      const { status, body } = await server.call('DELETE', '/api/session', { headers: { cookie: browser.cookie() } });
      expect([status, body.code]).toEqual([403, 'request.csrf-token']);
      expect((await browser.me()).status).toBe(200);
    });

    it('goes on under a new secret when its user changes the password, and all others end', async () => {
      const other = browserAt(server);
      await other.signIn('ann');
      const before = browser.cookie();
      const newPassword = 'another good password';
      const wrong = await browser.call('POST', '/api/session/password', { body: { oldPassword: 'x', newPassword } });
      expect([wrong.status, wrong.body.issues[0].where]).toEqual([400, 'body.oldPassword']);
      expect(
        (await browser.call('POST', '/api/session/password', { body: { oldPassword: password, newPassword } })).status,
      ).toBe(200);

      expect(browser.cookie()).not.toBe(before);
      expect((await browser.me()).status).toBe(200);
      expect((await other.me()).status).toBe(401);
      const thief = browserAt(server);
      thief.plant(before);
      expect((await thief.me()).status).toBe(401);
      expect((await browser.call('DELETE', '/api/session')).status).toBe(200);
      expect((await browserAt(server).signIn('ann', newPassword)).status).toBe(200);
    });
  });

  describe('guessing', () => {
    beforeEach(() => accounts.addUser({ name: 'ann', password, role: 'technician' }));

    it('is slowed down by name more and more, also with the right password and from elsewhere', async () => {
      for (let count = 0; count < 5; count += 1) {
        await expect(accounts.verifyPassword('ann', 'wrong', `10.0.0.${count}`)).rejects.toThrow(WrongPassword);
      }
      const blocked = await accounts.verifyPassword('ann', password, '10.0.0.9').catch((error) => error);
      expect(blocked).toBeInstanceOf(TooMany);
      expect(blocked.retryAfterSeconds).toBe(1);
      later(1_000);
      await expect(accounts.verifyPassword('ann', 'wrong', '10.0.0.9')).rejects.toThrow(WrongPassword);
      later(1_000);
      await expect(accounts.verifyPassword('ann', password, '10.0.0.9')).rejects.toThrow(TooMany);
      later(1_000);
      expect((await accounts.verifyPassword('ann', password, '10.0.0.9')).name).toBe('ann');
      await expect(accounts.verifyPassword('ann', 'wrong', '10.0.0.9')).rejects.toThrow(WrongPassword);
    });

    it('is slowed down by address over many names, and one known password does not help', async () => {
      for (let count = 0; count < 30; count += 1) {
        await expect(accounts.verifyPassword(`nobody-${count}`, 'x', '10.0.0.1')).rejects.toThrow(WrongPassword);
        if (count === 10) await accounts.verifyPassword('ann', password, '10.0.0.1');
      }
      await expect(accounts.verifyPassword('ann', password, '10.0.0.1')).rejects.toThrow(TooMany);
      expect((await accounts.verifyPassword('ann', password, '10.0.0.2')).name).toBe('ann');
    });

    it('many times at once does not slip through', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => accounts.verifyPassword('ann', 'wrong', '10.0.0.1')),
      );
      const looked = results.filter((result) => result.status === 'rejected' && result.reason instanceof WrongPassword);
      expect(looked).toHaveLength(5);
    });

    it('is answered with when to come back', async () => {
      for (let count = 0; count < 5; count += 1) await browserAt(server).signIn('ann', 'wrong');
      const { status, headers, body } = await browserAt(server).signIn('ann');
      expect([status, headers.get('retry-after'), body.code]).toEqual([429, '1', 'session.too-many-tries']);
    });

    it('is forgotten after a day', async () => {
      for (let count = 0; count < 5; count += 1) await browserAt(server).signIn('ann', 'wrong');
      later(DAY_MS + 1);
      expect((await browserAt(server).signIn('ann')).status).toBe(200);
    });
  });

  describe('users', () => {
    const userId = async (browser: ReturnType<typeof browserAt>, name: string): Promise<string> =>
      (await browser.call('GET', '/api/users')).body.items.find((user: { name: string }) => user.name === name)?.id;
    const addUser = (browser: ReturnType<typeof browserAt>, words: object) =>
      browser.call('POST', '/api/users', { body: { name: 'ann', password, role: 'technician', ...words } });

    it('are added and listed, without their passwords', async () => {
      const root = await withAdministrator();
      const added = await addUser(root, { tenantIds: [tenantA] });
      expect(added.body).toMatchObject({ name: 'ann', role: 'technician', tenantIds: [tenantA], disabled: false });
      const list = await root.call('GET', '/api/users');
      expect(list.body.items.map(({ name }: { name: string }) => name)).toEqual(['ann', 'Root']);
      expect(JSON.stringify(list.body)).not.toContain('argon2');
    });

    it('have names of their own, whatever the case', async () => {
      const root = await withAdministrator();
      const { status, body } = await addUser(root, { name: 'ROOT' });
      expect([status, body.code]).toEqual([409, 'user.name-taken']);
    });

    it('who are disabled or get another role are signed out at once', async () => {
      const root = await withAdministrator();
      await addUser(root, {});
      const ann = browserAt(server);
      const id = await userId(root, 'ann');
      for (const change of [
        { role: 'billing' },
        { tenantIds: [tenantA] },
        { password: 'yet another password' },
        { disabled: true },
      ]) {
        await ann.signIn(
          'ann',
          'password' in change || 'disabled' in change ? (change.password ?? 'yet another password') : password,
        );
        if ('password' in change) await ann.signIn('ann', password);
        expect((await ann.me()).status).toBe(200);
        expect((await root.call('PATCH', `/api/users/${id}`, { body: change })).status).toBe(200);
        expect((await ann.me()).status, JSON.stringify(change)).toBe(401);
        await db.executeSql('truncate accounts.failed_try');
      }
    });

    it('keep one administrator for all tenants, whatever is tried', async () => {
      const root = await withAdministrator();
      const id = await userId(root, 'Root');
      for (const change of [{ disabled: true }, { role: 'technician' }, { tenantIds: [tenantA] }]) {
        const { status, body } = await root.call('PATCH', `/api/users/${id}`, { body: change });
        expect([status, body.code]).toEqual([409, 'user.last-administrator']);
      }
      await addUser(root, { name: 'limited', role: 'administrator', tenantIds: [tenantA] });
      expect((await root.call('PATCH', `/api/users/${id}`, { body: { disabled: true } })).status).toBe(409);
      await addUser(root, { name: 'second', role: 'administrator' });
      expect((await root.call('PATCH', `/api/users/${id}`, { body: { disabled: true } })).status).toBe(200);
      expect((await root.me()).status).toBe(401);
    });

    it('keep one administrator when two disable each other at once', async () => {
      const root = await withAdministrator();
      await addUser(root, { name: 'second', role: 'administrator' });
      const second = browserAt(server);
      await second.signIn('second');
      const [rootId, secondId] = [await userId(root, 'Root'), await userId(root, 'second')];
      await Promise.all([
        root.call('PATCH', `/api/users/${secondId}`, { body: { disabled: true } }),
        second.call('PATCH', `/api/users/${rootId}`, { body: { disabled: true } }),
      ]);
      const { rows } = await db.executeSql('select name from accounts.account where not disabled');
      expect(rows).toHaveLength(1);
    });

    it('of an administrator who is limited to some tenants stay inside these', async () => {
      const root = await withAdministrator();
      await addUser(root, { name: 'limited', role: 'administrator', tenantIds: [tenantA] });
      await addUser(root, { name: 'other', tenantIds: [tenantB] });
      await addUser(root, { name: 'own', tenantIds: [tenantA] });
      const otherId = await userId(root, 'other');
      const rootId = await userId(root, 'Root');
      const limited = browserAt(server);
      await limited.signIn('limited');

      const names = (await limited.call('GET', '/api/users')).body.items.map(({ name }: { name: string }) => name);
      expect(names).toEqual(['limited', 'own']);
      for (const tenantIds of [null, [tenantB], [tenantA, tenantB]]) {
        expect((await addUser(limited, { name: 'new', tenantIds })).body.code).toBe('right.more-than-own');
      }
      const ownId = await userId(limited, 'own');
      expect((await limited.call('PATCH', `/api/users/${ownId}`, { body: { tenantIds: null } })).status).toBe(403);
      for (const id of [otherId, rootId]) {
        expect((await limited.call('PATCH', `/api/users/${id}`, { body: { disabled: true } })).body.code).toBe(
          'user.not-found',
        );
      }
      const token = { name: 't', role: 'read-only' };
      expect((await limited.call('POST', '/api/api-tokens', { body: token })).status).toBe(403);
      expect((await limited.call('POST', '/api/api-tokens', { body: { ...token, tenantIds: [tenantA] } })).status).toBe(
        200,
      );
    });

    it('without the right for it change nobody', async () => {
      const root = await withAdministrator();
      await addUser(root, {});
      const ann = browserAt(server);
      await ann.signIn('ann');
      expect((await ann.call('GET', '/api/users')).status).toBe(403);
      expect((await addUser(ann, { name: 'more' })).status).toBe(403);
    });

    it.each([{ name: 'a b' }, { name: '' }, { password: 'short' }, { role: 'king' }, { tenantIds: ['x'] }])(
      'with %j are refused',
      async (words) => {
        const root = await withAdministrator();
        const { status, body } = await addUser(root, words);
        expect([status, body.issues[0].where]).toEqual([400, expect.stringContaining(`body.${Object.keys(words)[0]}`)]);
      },
    );

    it('leave a line that says what was and what is', async () => {
      const root = await withAdministrator();
      await addUser(root, {});
      await root.call('PATCH', `/api/users/${await userId(root, 'ann')}`, { body: { role: 'billing' } });
      const line = server.audited.at(-1);
      expect(line).toMatchObject({
        action: 'user.changed',
        actor: 'Root',
        before: { role: 'technician' },
        after: { role: 'billing' },
      });
    });
  });

  describe('an API token', () => {
    it('works until it is revoked, shows its secret once and is stored as a hash', async () => {
      const root = await withAdministrator();
      const made = await root.call('POST', '/api/api-tokens', { body: { name: 'ci', role: 'administrator' } });
      expect(made.body.secret).toMatch(/^gh_[\w-]{43}$/);
      const bearer = made.body.secret as string;
      expect((await server.call('GET', '/api/session', { bearer })).body).toMatchObject({
        name: 'ci',
        csrfToken: null,
      });
      // A program has no cookie that a page could make use of, so it needs no csrf token.
      const added = await server.call('POST', '/api/users', {
        bearer,
        body: { name: 'bot', password, role: 'billing' },
      });
      expect(added.status).toBe(200);

      const list = await root.call('GET', '/api/api-tokens');
      expect(list.body.items[0]).toMatchObject({ name: 'ci', createdBy: 'Root', lastUsedAt: now.toISOString() });
      const { rows } = await db.executeSql('select * from accounts.api_token');
      expect(JSON.stringify([rows, list.body, server.audited])).not.toContain(bearer);

      expect((await root.call('DELETE', `/api/api-tokens/${made.body.id}`)).status).toBe(200);
      expect((await server.call('GET', '/api/session', { bearer })).body.code).toBe('api-token.not-valid');
      expect((await root.call('DELETE', `/api/api-tokens/${made.body.id}`)).status).toBe(404);
    });

    it('has its own rights and its own end', async () => {
      const root = await withAdministrator();
      const body = { name: 'ci', role: 'read-only', expiresInDays: 1 };
      const { secret: bearer } = (await root.call('POST', '/api/api-tokens', { body })).body;
      expect((await server.call('GET', '/api/users', { bearer })).status).toBe(403);
      later(DAY_MS - 1);
      expect((await server.call('GET', '/api/session', { bearer })).status).toBe(200);
      later(1);
      expect((await server.call('GET', '/api/session', { bearer })).status).toBe(401);
    });

    it.each(['gh_', 'gh_short', 'x', `gh_${'x'.repeat(5_000)}`])(
      'that is made up (%.10s) opens nothing',
      async (bearer) => {
        expect((await server.call('GET', '/api/session', { bearer })).status).toBe(401);
      },
    );
  });

  describe('a service user', () => {
    it('signs in to its own protocol with a fresh password, is shown to nobody and cannot use the console', async () => {
      const root = await withAdministrator();
      const first = await accounts.ensureServiceUser('integration-service', 'read-only');
      const second = await accounts.ensureServiceUser('integration-service', 'read-only');
      expect(
        (await accounts.verifyPassword('integration-service', second, '127.0.0.1')).permissions.has('devices:read'),
      ).toBe(true);
      await expect(accounts.verifyPassword('integration-service', first, '127.0.0.1')).rejects.toThrow(WrongPassword);
      expect(JSON.stringify((await root.call('GET', '/api/users')).body)).not.toContain('integration-service');
      expect((await browserAt(server).signIn('integration-service', second)).status).toBe(401);
    });

    it('cannot be locked out by strangers who know its name', async () => {
      const word = await accounts.ensureServiceUser('integration-service', 'read-only');
      for (let count = 0; count < 8; count += 1) {
        await accounts.verifyPassword('integration-service', 'wrong', '10.0.0.1').catch(() => {});
      }
      expect((await accounts.verifyPassword('integration-service', word, '127.0.0.1')).name).toBe(
        'integration-service',
      );
    });

    it('does not take the name of a person, and is no first administrator', async () => {
      await accounts.ensureServiceUser('integration-service', 'administrator');
      expect(await accounts.needsSetup()).toBe(true);
      await accounts.addUser({ name: 'root', password, role: 'administrator' });
      await expect(accounts.ensureServiceUser('Root', 'read-only')).rejects.toThrow(Conflict);
    });
  });

  it('made at the command line are checked like all others', async () => {
    await expect(accounts.addUser({ name: 'a b', password: 'short', role: 'technician' })).rejects.toMatchObject({
      issues: [{ where: 'name' }, { where: 'password' }],
    });
  });

  it('keeps no failure for ever', async () => {
    await accounts.verifyPassword('nobody', 'x', '10.0.0.1').catch(() => {});
    later(25 * HOUR_MS);
    await accounts.cleanUp();
    expect((await db.executeSql('select 1 from accounts.failed_try')).rows).toEqual([]);
  });
});
