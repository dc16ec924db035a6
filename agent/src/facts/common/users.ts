import { users as loggedIn } from 'systeminformation';
import { fact } from '../fact.ts';

const MOST = 200;

/** Who is logged in now. */
export const users = fact({
  name: 'users',
  collect: async () => [...new Set((await loggedIn()).map(({ user }) => user.slice(0, 128)))].slice(0, MOST),
});
