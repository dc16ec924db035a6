import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import { TooMany } from '../platform/errors/index.ts';
import { hashOf } from '../platform/ids/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import type { TestHttp } from '../testing/http.ts';
import {
  type AccountsStory,
  type Browser,
  browserAt,
  password,
  startAccountsStory,
  tenantA,
} from './accounts.testing.ts';
import type { Accounts } from './accounts.ts';
import { WrongPassword } from './errors.ts';

describeOnBothEngines('signing in and staying so', (engine) => {
  let story: AccountsStory;
  let db: Database;
  let accounts: Accounts;
  let server: TestHttp;
  const later = (ms: number) => story.later(ms);
  const withAdministrator = () => story.withAdministrator();
  beforeAll(async () => {
    story = await startAccountsStory(engine);
    ({ db, accounts, server } = story);
  });
  afterAll(() => server.stop());
  beforeEach(() => story.reset());

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
    let browser: Browser;
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

  it('keeps no failure for ever', async () => {
    await accounts.verifyPassword('nobody', 'x', '10.0.0.1').catch(() => {});
    later(25 * HOUR_MS);
    await accounts.cleanUp();
    expect((await db.executeSql('select 1 from accounts.failed_try')).rows).toEqual([]);
  });
});
