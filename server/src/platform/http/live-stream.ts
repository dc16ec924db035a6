import type { Endpoint } from '@gatehouse/contract';
import { z } from 'zod';
import { MINUTE_MS } from '../clock/index.ts';
import type { Live } from '../live/index.ts';
import { requireRight } from './route.ts';
import type { Http } from './types.ts';

/** The browser connects anew by itself, and is looked at anew then: nobody listens long after their session ended. */
const LONGEST_MS = 15 * MINUTE_MS;
/** A listener that does not take its messages is let go rather than written to without end. */
const MOST_UNREAD_BYTES = 64 * 1024;

const stream: Endpoint = {
  method: 'GET',
  path: '/api/live',
  summary: 'Server-sent events that say which topics changed; they carry no data',
  tag: 'Server',
  needs: 'signed-in',
  audit: { notAudited: 'reads only' },
  reply: z.object({ topics: z.array(z.string()) }),
};

/** Serves the live stream at `/api/live`, for everybody who is signed in: messages `{ "topics": ["…"] }`. */
export const serveLive = (http: Http, live: Live): void => {
  const { internals } = http;
  internals.endpoints.push(stream);
  http.app.get(
    stream.path,
    {
      sse: 'only',
      onRequest: async (request) => requireRight(stream, await internals.identify(request, stream)),
    },
    async (_request, reply) => {
      const { sse } = reply;
      const { signal, end } = internals.callSignal();
      const close = () => sse.close();
      sse.keepAlive();
      sse.sendHeaders();
      const leave = live.subscribe((topics) => {
        if (reply.raw.writableLength > MOST_UNREAD_BYTES) return close();
        // A caller that has gone is noticed by its connection, which ends the subscription too.
        if (sse.isConnected) void sse.send({ data: { topics } });
      });
      const timer = setTimeout(close, LONGEST_MS).unref();
      signal.addEventListener('abort', close);
      sse.onClose(() => {
        leave();
        clearTimeout(timer);
        signal.removeEventListener('abort', close);
        end();
      });
      if (signal.aborted) close();
    },
  );
};
