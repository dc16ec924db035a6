import { permissions } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import { Conflict } from '../platform/errors/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { anActor, type TestHttp } from '../testing/http.ts';
import {
  type AccountsStory,
  type Browser,
  browserAt,
  password,
  startAccountsStory,
  tenantA,
  tenantB,
} from './accounts.testing.ts';
import type { Accounts } from './accounts.ts';
import { WrongPassword } from './errors.ts';

describeOnBothEngines('users and tokens', (engine) => {
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

  describe('users', () => {
    const userId = async (browser: Browser, name: string): Promise<string> =>
      (await browser.call('GET', '/api/users')).body.items.find((user: { name: string }) => user.name === name)?.id;
    const addUser = (browser: Browser, words: object) =>
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
      const ids = [await userId(root, 'Root'), await userId(root, 'second')];
      const actors = ids.map((id) => anActor({ id, permissions: [...permissions] }));
      for (let round = 0; round < 10; round += 1) {
        await db.executeSql('update accounts.account set disabled = false');
        const changes = actors.map((actor, at) => accounts.changeUser(actor, ids[1 - at] ?? '', { disabled: true }));
        const outcomes = (await Promise.allSettled(changes)).map(({ status }) => status).sort();
        expect(outcomes).toEqual(['fulfilled', 'rejected']);
      }
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
      expect(list.body.items[0]).toMatchObject({
        name: 'ci',
        createdBy: 'Root',
        lastUsedAt: story.now().toISOString(),
      });
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
});
