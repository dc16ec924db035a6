import type { CallOptions } from '../connection.ts';
import type { ReplyReaders } from '../replies.ts';

/** Session. Start and end of the client's own login are the connection's business. */
export const sessionMethods = ({ done, text }: ReplyReaders) => ({
  /** Keeps the login from ending by inactivity. */
  ping: (options?: CallOptions) => done('Session.Ping', {}, options),
  /** The next call logs in again. */
  endSession: (options?: CallOptions) => done('Session.EndSession', {}, options),
  /** A token for a `KSCT` login elsewhere, good for 3 minutes by default. */
  createToken: (options?: CallOptions): Promise<string> => text('Session.CreateToken', {}, options),
});
