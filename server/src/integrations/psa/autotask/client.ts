import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { CallPriority, Surroundings } from '../connector.ts';
import {
  PsaAnswerUnreadable,
  PsaBusy,
  PsaError,
  PsaLoginRefused,
  PsaOutcomeUnknown,
  PsaRefused,
  PsaUnavailable,
} from '../errors.ts';
import { type Answer, openWayOut, proxyFor } from '../proxy.ts';
import { classify } from './classify.ts';
import { Limits } from './limits.ts';
import type { AutotaskSettings } from './settings.ts';

const CALL_MS = 30_000;
const ZONE_CACHE_MS = 24 * 3_600_000;
/** A moved database shows as 401; asking for its zone more often than this would be a loop. */
const ZONE_AGAIN_MS = 10 * 60_000;
const MOST_PAGES = 1_000;
/** Pauses between tries of a read that failed on Autotask's side. */
const READ_AGAIN_MS = [1_000, 4_000, 15_000];
const BUSY_TRIES = 3;

const Zone = z.object({ url: z.url(), webUrl: z.url().nullish() });
const Page = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  pageDetails: z.object({ nextPageUrl: z.string().nullish() }).nullish(),
});
const Item = z.object({ item: z.record(z.string(), z.unknown()).nullable() });
const Stored = z.object({ itemId: z.number().int() });
const Threshold = z.object({ externalRequestThreshold: z.number(), currentTimeframeRequestCount: z.number() });

export type Row = Record<string, unknown>;

export interface Filter {
  op: string;
  field?: string;
  value?: unknown;
  items?: Filter[];
}

interface Request {
  method: 'GET' | 'POST' | 'PATCH';
  /** The bucket of the limits: the entity's name. */
  entity: string;
  url: string;
  body?: unknown;
  priority: CallPriority;
  /** POST is also used to query. */
  writes: boolean;
}

interface Base {
  /** With `/V1.0`, without a slash at the end. */
  api: string;
  /** Where people open tickets, with a slash at the end; null when not told. */
  web: string | null;
  at: number;
}

const trimSlash = (url: string): string => url.replace(/\/+$/, '');

/** Connection errors that come before a request is sent: nothing can have been stored. */
const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const causeCode = (error: unknown): string => {
  const cause = (error as { cause?: { code?: string; errors?: { code?: string }[] } }).cause;
  return cause?.code ?? cause?.errors?.[0]?.code ?? (error as Error).name;
};

/** Speaks Autotask's REST API 1.0: zone, headers, limits, paging and errors; knows no entity's meaning. */
export const autotaskClient = (
  settings: AutotaskSettings,
  { clock, pauseScale, sleep = pause, proxy, trace }: Surroundings,
) => {
  const way = openWayOut(proxyFor(settings, proxy ?? null));
  const limits = new Limits({ clock, sharePercent: settings.hourlySharePercent });
  let known: Base | null = null;
  let discovering: Promise<Base> | null = null;
  let zoneAskedAt = 0;

  const readBody = async (response: Answer): Promise<unknown> => {
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return text; // a proxy's page or a plain-text 401: judged by status, and shown
    }
  };

  const textsOf = (body: unknown): string[] => {
    if (typeof body === 'string') return [body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')];
    const { errors, Message } = (body ?? {}) as { errors?: unknown; Message?: unknown };
    if (Array.isArray(errors)) {
      return errors.map((error) =>
        typeof error === 'string' ? error : String((error as { message?: unknown })?.message ?? JSON.stringify(error)),
      );
    }
    return typeof Message === 'string' ? [Message] : [];
  };

  const send = async (request: Omit<Request, 'priority' | 'entity'>, withLogin: boolean): Promise<unknown> => {
    let response: Answer;
    let body: unknown;
    const beganMs = performance.now();
    const { method, url } = request;
    const told = (outcome: { status: number; answer: unknown } | { failure: string }): void =>
      trace?.(() => {
        const durationMs = Math.round(performance.now() - beganMs);
        return { to: 'Autotask', method, url, body: request.body, ...outcome, durationMs };
      });
    try {
      response = await way.fetch(request.url, {
        method: request.method,
        redirect: 'error', // a redirect would carry the secret to a place that nobody chose
        signal: AbortSignal.timeout(CALL_MS),
        headers: {
          accept: 'application/json',
          ...(withLogin
            ? { UserName: settings.userName, Secret: settings.secret, ApiIntegrationCode: settings.trackingId }
            : {}),
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      body = await readBody(response);
      told({ status: response.status, answer: body });
    } catch (error) {
      told({ failure: causeCode(error) });
      const onTheWay = way.failureOf(error);
      if (onTheWay) throw onTheWay;
      const code = causeCode(error);
      const host = new URL(request.url).host;
      if (request.writes && !beforeSending.has(code)) {
        throw new PsaOutcomeUnknown(`The connection to Autotask (${host}) ended before it answered a write (${code})`, {
          cause: error,
        });
      }
      throw new PsaUnavailable(`Autotask at ${host} is not reachable (${code}); check the address and the network`, {
        cause: error,
      });
    }
    const texts = textsOf(body);
    // A 2xx with errors in it is a failure too.
    if (!response.ok || texts.length > 0) {
      if (response.ok && typeof body === 'string') {
        throw new PsaAnswerUnreadable(`${new URL(request.url).host} does not answer like Autotask; check the address`);
      }
      const after = Number(response.headers.get('retry-after'));
      throw classify({
        status: response.status,
        texts,
        retryAfterSeconds: Number.isFinite(after) && after > 0 ? after : null,
        writes: request.writes,
      });
    }
    return body;
  };

  const discover = async (): Promise<Base> => {
    zoneAskedAt = clock().getTime();
    const origin = settings.baseUrl ? new URL(settings.baseUrl).origin : trimSlash(settings.discoveryUrl);
    const url = `${origin}/atservicesrest/v1.0/zoneInformation?user=${encodeURIComponent(settings.userName)}`;
    let zone: z.output<typeof Zone>;
    try {
      const answer = Zone.safeParse(await send({ method: 'GET', url, writes: false }, false));
      if (!answer.success) throw new PsaAnswerUnreadable(`${origin} does not answer like Autotask; check the address`);
      zone = answer.data;
    } catch (error) {
      // A fixed address needs no zone; only the link to the ticket's page is lost.
      if (settings.baseUrl && error instanceof PsaError) {
        return { api: trimSlash(settings.baseUrl), web: null, at: clock().getTime() };
      }
      if (error instanceof PsaUnavailable && error.answer?.startsWith('500')) {
        throw new PsaLoginRefused(`Autotask knows no zone for this API user name: ${error.answer}`, { cause: error });
      }
      throw error;
    }
    const web = zone.webUrl ? `${trimSlash(zone.webUrl)}/` : null;
    if (settings.baseUrl) return { api: trimSlash(settings.baseUrl), web, at: clock().getTime() };
    const protocol = new URL(zone.url).protocol;
    const isOwnMachine = new URL(zone.url).origin === new URL(settings.discoveryUrl).origin;
    if (protocol !== 'https:' && !isOwnMachine) {
      throw new PsaAnswerUnreadable(`Zone discovery named ${zone.url}, which is not https; nothing was sent there`);
    }
    return { api: `${trimSlash(zone.url)}/V1.0`, web, at: clock().getTime() };
  };

  const base = async (): Promise<Base> => {
    if (known && clock().getTime() - known.at <= ZONE_CACHE_MS) return known;
    // Calls that come together share one question.
    discovering ??= discover().finally(() => {
      discovering = null;
    });
    known = await discovering;
    return known;
  };

  const withSlot = async (request: Request): Promise<unknown> => {
    const leave = await limits.enter(request.entity, request.priority);
    try {
      return await send(request, true);
    } finally {
      leave();
    }
  };

  /** Tries again where that is safe: a busy server did nothing; a read can be repeated. */
  const patiently = async (request: Request): Promise<unknown> => {
    for (let tries = 0; ; tries++) {
      try {
        return await withSlot(request);
      } catch (error) {
        if (error instanceof PsaBusy && error.retryAfterSeconds <= 5 && tries < BUSY_TRIES) {
          await sleep((error.retryAfterSeconds * 1000 + Math.random() * 1000) * pauseScale);
        } else if (error instanceof PsaUnavailable && !request.writes && tries < READ_AGAIN_MS.length) {
          await sleep((READ_AGAIN_MS[tries] ?? 0) * (0.75 + Math.random() / 2) * pauseScale);
        } else {
          throw error;
        }
      }
    }
  };

  const readThreshold = async (): Promise<void> => {
    limits.told(null); // first, so that the calls that run meanwhile do not ask too
    const { api } = await base();
    const answer = Threshold.parse(
      await withSlot({
        method: 'GET',
        entity: 'ThresholdInformation',
        url: `${api}/ThresholdInformation`,
        priority: 'close', // one call in five minutes, and the one that keeps the others polite
        writes: false,
      }),
    );
    limits.told({ threshold: answer.externalRequestThreshold, used: answer.currentTimeframeRequestCount });
  };

  const call = async (request: Omit<Request, 'url'> & { path: string }): Promise<unknown> => {
    const first = await base();
    if (limits.wantsReading()) {
      try {
        await readThreshold();
      } catch (error) {
        // The count only helps to be polite; whatever is wrong, the call itself will tell it better.
        if (!(error instanceof PsaError) && !(error instanceof z.ZodError)) throw error;
      }
    }
    try {
      return await patiently({ ...request, url: `${first.api}/${request.path}` });
    } catch (error) {
      // The database may have moved to another zone; ask once, and only a new address is worth a second login.
      const mayAsk = !settings.baseUrl && clock().getTime() - zoneAskedAt > ZONE_AGAIN_MS;
      if (!(error instanceof PsaLoginRefused) || !mayAsk) throw error;
      known = await discover();
      if (known.api === first.api) throw error;
      return patiently({ ...request, url: `${known.api}/${request.path}` });
    }
  };

  const shaped = <T extends z.ZodType>(schema: T, answer: unknown, what: string): z.output<T> => {
    const read = schema.safeParse(answer);
    if (!read.success) throw new PsaAnswerUnreadable(`Autotask's answer to ${what} has an unknown shape`);
    return read.data;
  };

  return {
    /** Every row that matches, over all pages, each once. `most` ends the reading early. */
    async query(
      entity: string,
      search: { filter: Filter[]; IncludeFields?: string[]; MaxRecords?: number },
      { priority = 'sync', most = Number.POSITIVE_INFINITY }: { priority?: CallPriority; most?: number } = {},
    ): Promise<Row[]> {
      const rows = new Map<unknown, Row>();
      const { api } = await base();
      let answer = await call({
        method: 'POST',
        entity,
        path: `${entity}/query`,
        body: search,
        priority,
        writes: false,
      });
      for (let pages = 1; ; pages++) {
        const page = shaped(Page, answer, `a query of ${entity}`);
        for (const row of page.items) rows.set(row['id'] ?? rows.size, row);
        const next = page.pageDetails?.nextPageUrl;
        if (!next || rows.size >= most) return [...rows.values()].slice(0, most);
        if (pages >= MOST_PAGES) throw new PsaRefused(`A query of ${entity} has more than ${MOST_PAGES} pages`);
        if (!URL.canParse(next) || new URL(next).origin !== new URL(api).origin) {
          throw new PsaAnswerUnreadable('Autotask named a next page on another host; nothing was sent there');
        }
        answer = await patiently({ method: 'POST', entity, url: next, body: search, priority, writes: false });
      }
    },

    /** One row, or null when the id is unknown. */
    async get(
      entity: string,
      id: string,
      { priority = 'sync' }: { priority?: CallPriority } = {},
    ): Promise<Row | null> {
      try {
        const path = `${entity}/${encodeURIComponent(id)}`;
        const answer = await call({ method: 'GET', entity, path, priority, writes: false });
        return shaped(Item, answer, `reading one of ${entity}`).item;
      } catch (error) {
        // Older releases answer 404 where newer ones say `item: null`.
        if (error instanceof PsaRefused && error.answer?.startsWith('404')) return null;
        throw error;
      }
    },

    /** Metadata and other single answers. */
    read: (entity: string, path: string, { priority = 'sync' }: { priority?: CallPriority } = {}): Promise<unknown> =>
      call({ method: 'GET', entity, path, priority, writes: false }),

    /** Stores a new row and returns its id. `path` is the collection, which for a child lies under its parent. */
    async create(
      entity: string,
      path: string,
      row: Row,
      { priority = 'create' }: { priority?: CallPriority } = {},
    ): Promise<string> {
      const answer = await call({ method: 'POST', entity, path, body: row, priority, writes: true });
      // Stored without an id that we can read: the caller has to ask by key.
      const read = Stored.safeParse(answer);
      if (!read.success) throw new PsaOutcomeUnknown(`Autotask stored a row of ${entity} and told no id`);
      return String(read.data.itemId);
    },

    /** Changes only the fields that are sent. */
    async patch(
      entity: string,
      row: Row & { id: number },
      { priority = 'create' }: { priority?: CallPriority } = {},
    ): Promise<void> {
      await call({ method: 'PATCH', entity, path: entity, body: row, priority, writes: true });
    },

    /** The page of a ticket for people, or null when the zone told no address. */
    async ticketUrl(ticketId: string): Promise<string | null> {
      const { web } = await base();
      return (
        web &&
        `${web}Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=${encodeURIComponent(ticketId)}`
      );
    },

    /** Address and zone as now known, discovered when they are not. */
    base,
    readThreshold,
    usage: () => limits.usage(),
  };
};
export type AutotaskClient = ReturnType<typeof autotaskClient>;
