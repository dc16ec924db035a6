import type { Login } from '../login.ts';
import type { Method, MethodClass } from '../method.ts';

/** What the sessions do with a login; the server that holds them hands it in. */
export interface SessionDoors {
  start: (login: Login) => string;
  end: (login: Login) => void;
  createToken: (login: Login) => string;
}

const open = (run: Method['run']): Method => ({ needs: null, run });

/** Session: start and end of sessions, tokens for another login (KSCAPI 13, class Session). */
export const sessionClass = (sessions: SessionDoors): MethodClass => ({
  StartSession: open(({ login }) => ({ PxgRetVal: sessions.start(login) })),
  Ping: open(() => ({})),
  EndSession: open(({ login }) => {
    sessions.end(login);
    return {};
  }),
  CreateToken: open(({ login }) => ({ PxgRetVal: sessions.createToken(login) })),
});
