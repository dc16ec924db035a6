import { deleteTraceFiles, downloadTraceFile, getTracing, putTracing, type Tracing } from '@gatehouse/contract';
import { Conflict, Forbidden, NotFound } from '../platform/errors/index.ts';
import { type Actor, fileRoute, type Http, route } from '../platform/http/index.ts';
import type { Trace } from '../platform/trace/index.ts';

/** Tracing as people switch it. */
export const tracingRoutes = (http: Http, trace: Trace): void => {
  const shown = async (): Promise<Tracing> => {
    const { since, ...state } = trace.state();
    return {
      ...state,
      since: since?.toISOString() ?? null,
      files: (await trace.list()).map((file) => ({ ...file, changedAt: file.changedAt.toISOString() })),
    };
  };

  /** What goes over the wire is of all clients at once. */
  const mustSeeAll = ({ tenantIds }: Pick<Actor, 'tenantIds'>): void => {
    if (tenantIds !== null) {
      throw new Forbidden(
        'Traces hold data of all clients; only users who may see all of them can use tracing',
        'tenant.limited',
      );
    }
  };

  route(http, getTracing, async ({ actor }) => {
    mustSeeAll(actor);
    return shown();
  });

  route(http, putTracing, async ({ body, actor, audit }) => {
    mustSeeAll(actor);
    const before = trace.state().on;
    if (!(await trace.switch(body.on, actor.name))) {
      throw new Conflict(
        'tracing.configured',
        'The configuration switches tracing on (trace: true); change it there and restart',
      );
    }
    audit({ before: { on: before }, after: { on: body.on } });
    return shown();
  });

  fileRoute(http, downloadTraceFile, async ({ params, actor }) => {
    mustSeeAll(actor);
    const content = await trace.read(params.name);
    if (!content) throw new NotFound('trace file', params.name);
    return { name: params.name, type: 'text/plain; charset=utf-8', chunks: one(content) };
  });

  route(http, deleteTraceFiles, async ({ actor, audit }) => {
    mustSeeAll(actor);
    const files = await trace.removeFiles();
    audit({ before: { files }, after: { files: 0 } });
    return {};
  });
};

const one = async function* (content: Buffer) {
  yield content;
};
