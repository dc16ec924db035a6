import type { Doer } from '../../platform/http/index.ts';
import type { Login } from './login.ts';

/** Who does what a call does, for revisions and the audit trail. */
export const doerOfLogin = ({ user, address }: Login): Doer => ({
  actor: user.name,
  actorKind: 'user',
  address: address || null,
});
