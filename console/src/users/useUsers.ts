import {
  addApiToken,
  addUser,
  changeUser,
  listApiTokens,
  listTenants,
  listUsers,
  revokeApiToken,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

export const useUsers = () => ({
  users: useAsk(listUsers, {}),
  tokens: useAsk(listApiTokens, {}),
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }),
  add: useTell(addUser, { changes: [listUsers] }),
  change: useTell(changeUser, { changes: [listUsers] }),
  addToken: useTell(addApiToken, { changes: [listApiTokens] }),
  revokeToken: useTell(revokeApiToken, { changes: [listApiTokens] }),
});
