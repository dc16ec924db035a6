/**
 * People, API tokens and what each may do: first set-up, signing in, sessions, users, tokens. Owns the tables `account`,
 * `session`, `api_token`, `setup_token` and `failed_try` in the schema `accounts`.
 */
export { type Accounts, createAccounts } from './accounts.ts';
export { accountRoutes } from './routes.ts';
export { accountsMigrations } from './store-migrations.ts';
