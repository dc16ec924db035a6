import { exportEvents, readEventExport } from '@gatehouse/contract';
import { type Clock, MINUTE_MS } from '../../platform/clock/index.ts';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { shownEvent } from '../events/index.ts';
import type { Searches } from '../selections/index.ts';
import { writeEvents } from './formats.ts';
import type { ExportStore } from './store.ts';

/** An export is fetched at once; a browser may ask twice. */
const KEPT_MS = 10 * MINUTE_MS;

/** `events-2026-03-04T05-06-07Z.csv` */
const fileNameOf = (format: string, now: Date): string =>
  `events-${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z.${format}`;

export const exportRoutes = (
  http: Http,
  {
    store,
    searches,
    tenantNames,
    clock,
  }: {
    store: ExportStore;
    searches: Searches;
    tenantNames: () => Promise<ReadonlyMap<string, string>>;
    clock: Clock;
  },
): void => {
  route(http, exportEvents, async ({ actor, body: { format, ...query }, audit }) => {
    const now = clock();
    const { search, sort } = await searches.plan(actor, query);
    const fileName = fileNameOf(format, now);
    const id = newId(now);
    const expiresAt = new Date(now.getTime() + KEPT_MS);
    await store.add({ id, actorId: actor.id, format, fileName, plan: { search, sort }, expiresAt }, now);
    audit({ after: { format, ...query, ids: query.ids?.length } });
    return { exportId: id, path: `/api/event-exports/${id}/file`, fileName, expiresAt: expiresAt.toISOString() };
  });

  fileRoute(http, readEventExport, async ({ actor, params, request }) => {
    const { format, fileName, plan } = await store.get(params.exportId, actor.id, clock());
    const names = await tenantNames();
    const pages = async function* () {
      // The rights of now: what the caller may no longer see is not in the file, whenever it was asked for.
      for await (const rows of searches.all(actor, plan, { signal: request.signal })) {
        yield rows.map((row) => shownEvent(row, names));
      }
    };
    const { type, chunks } = writeEvents(format, pages(), { now: clock() });
    return { name: fileName, type, chunks };
  });
};
