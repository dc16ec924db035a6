import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Controls } from '../controls.ts';
import { BadControlRequest, SandboxError } from '../errors.ts';
import * as bodies from './bodies.ts';
import { demandLocalCaller, demandOwnOrigin } from './callers.ts';

export const CONTROL_PATH = '/_sandbox';

interface Call {
  params: Record<string, string>;
  body: unknown;
}
type Handler = (call: Call) => unknown;

/** Reads a body by its schema, naming the place of what is wrong. */
const read = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue && issue.path.length > 0 ? issue.path.join('.') : 'the body';
  throw new BadControlRequest(`${where}: ${issue?.message ?? 'is not understood'}`, { cause: result.error });
};

const readId = (text: string | undefined): number => {
  const id = Number(text);
  if (text === undefined || !Number.isSafeInteger(id)) throw new BadControlRequest(`${text} is not an id`);
  return id;
};

/** What the control API can do, by method and path. */
const table = (controls: Controls): Record<string, Handler> => ({
  'POST /reset': () => controls.reset(),
  'GET /state': () => controls.state(),
  'PUT /state': ({ body }) => controls.loadState(body),

  'GET /clock': () => ({ now: controls.now() }),
  'PUT /clock': ({ body }) => {
    const sent = read(bodies.clock, body);
    if ('now' in sent) controls.setClock(new Date(sent.now));
    else controls.advanceClock(sent.advanceMinutes * 60_000);
    return { now: controls.now() };
  },

  'GET /switches': () => controls.switches(),
  'PATCH /switches': ({ body }) => controls.changeSwitches(read(bodies.switches, body)),

  'GET /zone': () => controls.zone(),
  'PUT /zone': ({ body }) => {
    controls.moveToZone(read(bodies.zone, body).zone);
    return controls.zone();
  },

  'GET /limits': () => controls.limits(),
  'PATCH /limits': ({ body }) => {
    controls.changeLimits(read(bodies.limits, body));
    return controls.limits();
  },

  'GET /faults': () => controls.faults(),
  'POST /faults': ({ body }) => controls.addFault(read(bodies.fault, body)),
  'DELETE /faults': () => controls.clearFaults(),
  'DELETE /faults/:id': ({ params }) => controls.removeFault(readId(params.id)),

  'GET /requests': () => controls.requests(),
  'DELETE /requests': () => controls.clearRequests(),

  'GET /rows/:entity': ({ params }) => ({ rows: controls.rows(params.entity ?? '') }),
  'PUT /rows/:entity': ({ params, body }) => {
    const { rows, clearFirst } = read(bodies.rows, body);
    controls.putRows(params.entity ?? '', rows, { clearFirst });
  },
  'POST /rows/:entity': ({ params, body }) => ({
    id: controls.createRow(params.entity ?? '', read(bodies.fields, body)),
  }),
  'PATCH /rows/:entity/:id': ({ params, body }) =>
    controls.updateRow(params.entity ?? '', readId(params.id), read(bodies.fields, body)),
  'DELETE /rows/:entity/:id': ({ params }) => controls.removeRow(params.entity ?? '', readId(params.id)),
  'POST /companies': ({ body }) => ({ companies: controls.createCompanies(read(bodies.companies, body).companies) }),

  'POST /contracts/:id/approve-and-post': ({ params, body }) => ({
    posted: controls.approveAndPost(readId(params.id), read(bodies.posting, body).until),
  }),

  'PUT /picklists/:entity/:field/:value': ({ params, body }) => {
    const value = { ...read(bodies.picklistValue, body), value: params.value ?? '' };
    controls.putPicklistValue(params.entity ?? '', params.field ?? '', value);
  },
  'DELETE /picklists/:entity/:field/:value': ({ params }) =>
    controls.removePicklistValue(params.entity ?? '', params.field ?? '', params.value ?? ''),

  'PUT /category-rules/:id': ({ params, body }) =>
    controls.setCategoryRule(readId(params.id), read(bodies.categoryRule, body)),
  'PUT /workflow-rules': ({ body }) => controls.setWorkflowRules(read(bodies.workflowRules, body).rules),

  'PUT /rights/:entity': ({ params, body }) => controls.setRights(params.entity ?? '', read(bodies.rights, body)),
  'GET /user': () => controls.users()[0],
  'PATCH /user': ({ body }) => controls.changeUser(read(bodies.user, body)),
  'POST /user/rotate-secret': () => ({ secret: controls.rotateSecret() }),
});

/** The control API: no part of Autotask, for callers on this machine only. */
export const controlRoutes = (
  http: FastifyInstance,
  { controls, onBug }: { controls: Controls; onBug(error: Error): void },
): void => {
  const handlers = table(controls);
  const answer = (handler: Handler) => (request: FastifyRequest, reply: FastifyReply) => {
    try {
      demandLocalCaller(request);
      demandOwnOrigin(request);
      const params = request.params as Record<string, string>;
      const result = handler({ params, body: readBody(request) });
      return send(reply, 200, result ?? {});
    } catch (error) {
      if (error instanceof SandboxError)
        return send(reply, error.httpStatus, { code: error.code, message: error.message });
      onBug(error as Error);
      return send(reply, 500, { code: 'sandbox.defect', message: 'A defect of the sandbox; its log has the reason' });
    }
  };
  for (const [name, handler] of Object.entries(handlers)) {
    const [method = '', path = ''] = name.split(' ');
    http.route({ method, url: `${CONTROL_PATH}${path}`, handler: answer(handler) });
  }
  http.get(
    CONTROL_PATH,
    answer(() => ({ actions: Object.keys(handlers).map((name) => name.replace(' ', ` ${CONTROL_PATH}`)) })),
  );
};

const send = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));

const readBody = (request: FastifyRequest): unknown => {
  if (typeof request.body !== 'string' || request.body === '') return undefined;
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new BadControlRequest('Send the body as Content-Type: application/json');
  }
  try {
    return JSON.parse(request.body);
  } catch (error) {
    throw new BadControlRequest(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
};
