import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Authorization } from '@gatehouse/protocols/ksc-open-api';
import type { Tenant } from '../tenants/index.ts';
import { Login, type OpenApiUser } from './login.ts';

/** Limits 70 and 71: how long a session lives at most, and without use. */
export const SESSION_LIFE_MS = 24 * 3_600_000;
export const SESSION_IDLE_MS = 180_000;
/** A token is for one login soon after. */
const TOKEN_LIFE_MS = 180_000;
const MOST_SESSIONS = 2000;

interface Session {
  login: Login;
  startedAtMs: number;
  usedAtMs: number;
}

export interface LoginDoors {
  /** Null: wrong name or password, or too many tries. */
  verifyPassword: (name: string, password: string, address: string) => Promise<OpenApiUser | null>;
  mainServer: () => Promise<Tenant>;
  serverByName: (name: string) => Promise<Tenant | null>;
  /** A login is over: its connection or session has ended. */
  onEnd: (login: Login) => void;
  nowMs: () => number;
}

/**
 * Both ways to be logged in: a connection that logged in, and a session id that goes with every call. Each login owns
 * its result sets, and they end with it.
 */
export const createLogins = (doors: LoginDoors) => {
  const byConnection = new WeakMap<Socket, Login>();
  const byHeader = new WeakMap<Socket, { key: string; login: Login }>();
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, { user: OpenApiUser; untilMs: number }>();

  const dropExpired = (): void => {
    const now = doors.nowMs();
    for (const [id, session] of sessions) {
      if (now - session.usedAtMs > SESSION_IDLE_MS || now - session.startedAtMs > SESSION_LIFE_MS) endSession(id);
    }
    for (const [token, { untilMs }] of tokens) if (untilMs < now) tokens.delete(token);
  };

  const endSession = (id: string): void => {
    const session = sessions.get(id);
    if (!session) return;
    session.login.resultSets.clear();
    sessions.delete(id);
    doors.onEnd(session.login);
  };

  const end = (login: Login | undefined): void => {
    if (!login) return;
    login.resultSets.clear();
    if (!login.becameSession) doors.onEnd(login);
  };
  const endConnection = (socket: Socket): void => {
    const login = byConnection.get(socket);
    byConnection.delete(socket);
    end(login);
  };
  const endHeader = (socket: Socket): void => {
    const held = byHeader.get(socket);
    byHeader.delete(socket);
    end(held?.login);
  };

  return {
    endConnection,

    /** Who these credentials are, in the context of the server that is named. Null: 401. */
    logIn: async (authorization: Authorization, serverName: string, address: string): Promise<Login | null> => {
      dropExpired();
      let user: OpenApiUser | null = null;
      if (authorization.scheme === 'KSCBasic') {
        user = await doors.verifyPassword(authorization.user, authorization.password, address);
      } else if (authorization.scheme === 'KSCT') {
        const found = tokens.get(authorization.token);
        tokens.delete(authorization.token);
        user = found?.user ?? null;
      }
      if (!user) return null;
      const server = serverName === '' ? await doors.mainServer() : await doors.serverByName(serverName);
      if (!server) return null;
      const isMain = server.virtualServerId === 0;
      // A user of some tenants sees the main server's view of those, and of no other virtual server.
      if (!isMain && user.tenantIds !== null && !user.tenantIds.includes(server.id)) return null;
      return new Login(user, server, isMain, address);
    },

    /** The new login replaces the connection's old one. */
    bindConnection: (socket: Socket, login: Login): void => {
      if (!byConnection.has(socket)) socket.once('close', () => endConnection(socket));
      endConnection(socket);
      byConnection.set(socket, login);
    },

    /**
     * The login of a client that sends its credentials with every call: one for each connection and header, or its
     * result sets would end with the call that made them. Headers are kept as hashes.
     */
    ofHeader: (socket: Socket, header: string): Login | undefined => {
      const held = byHeader.get(socket);
      return held?.key === hashOf(header) ? held.login : undefined;
    },
    holdHeader: (socket: Socket, header: string, login: Login): void => {
      if (!byHeader.has(socket)) socket.once('close', () => endHeader(socket));
      endHeader(socket);
      byHeader.set(socket, { key: hashOf(header), login });
    },

    ofConnection: (socket: Socket): Login | undefined => byConnection.get(socket),

    startSession: (login: Login): string => {
      dropExpired();
      const oldest = sessions.keys().next().value;
      if (sessions.size >= MOST_SESSIONS && oldest !== undefined) endSession(oldest);
      const id = randomBytes(24).toString('base64');
      const now = doors.nowMs();
      // A login of its own: the end of the connection that asked for the session must not free the session's results.
      const own = new Login(login.user, login.server, login.isMain, login.address);
      login.becameSession = true;
      sessions.set(id, { login: own, startedAtMs: now, usedAtMs: now });
      return id;
    },

    /** Undefined: unknown, ended or expired, which is 403. */
    ofSession: (id: string): Login | undefined => {
      dropExpired();
      const session = sessions.get(id);
      if (session) session.usedAtMs = doors.nowMs();
      return session?.login;
    },

    endSessionOf: (login: Login): void => {
      for (const [id, session] of sessions) if (session.login === login) endSession(id);
    },

    createToken: (login: Login): string => {
      dropExpired();
      const token = randomBytes(24).toString('base64');
      tokens.set(token, { user: login.user, untilMs: doors.nowMs() + TOKEN_LIFE_MS });
      return token;
    },

    sessionCount: (): number => sessions.size,
  };
};
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export type Logins = ReturnType<typeof createLogins>;
