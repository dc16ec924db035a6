import { type Database, migrate } from '../platform/db/index.ts';
import type { TestEngine } from '../testing/engines.ts';
import { type Called, type CallOptions, startTestHttp, type TestHttp } from '../testing/http.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { accountRoutes } from './routes.ts';
import { accountsMigrations } from './store-migrations.ts';

export const tenantA = '019a0000-0000-7000-8000-00000000000a';
export const tenantB = '019a0000-0000-7000-8000-00000000000b';
export const password = 'correct horse battery';

/** A browser: keeps its cookie and sends the csrf token that it was given. */
export const browserAt = (server: TestHttp) => {
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
export type Browser = ReturnType<typeof browserAt>;

/** Accounts behind HTTP, on a real database and with a clock that stands still until it is moved. */
export interface AccountsStory {
  db: Database;
  accounts: Accounts;
  server: TestHttp;
  now(): Date;
  later(ms: number): void;
  /** Empties everything and sets the clock back. */
  reset(): Promise<void>;
  /** Makes the administrator Root and signs them in. */
  withAdministrator(): Promise<Browser>;
}

export const startAccountsStory = async (engine: TestEngine): Promise<AccountsStory> => {
  let now = new Date('2026-03-04T05:06:07.000Z');
  const db = await engine.open();
  await migrate(db, [accountsMigrations]);
  const accounts = createAccounts({ db, now: () => now, limits: { idleMinutes: 30, absoluteHours: 8 } });
  const server = await startTestHttp((http) => accountRoutes(http, { accounts }), {
    authenticators: accounts.authenticators,
  });
  return {
    db,
    accounts,
    server,
    now: () => now,
    later: (ms) => {
      now = new Date(now.getTime() + ms);
    },
    reset: async () => {
      now = new Date('2026-03-04T05:06:07.000Z');
      server.audited.length = 0;
      await db.executeSql(
        'truncate accounts.account, accounts.session, accounts.api_token, accounts.setup_token, accounts.failed_try',
      );
    },
    withAdministrator: async () => {
      await accounts.addUser({ name: 'Root', password, role: 'administrator' });
      const browser = browserAt(server);
      await browser.signIn('root');
      return browser;
    },
  };
};
