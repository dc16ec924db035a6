import { type Endpoint, Problem } from '@gatehouse/contract';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** Where zod puts the schemas that have a name, and where OpenAPI wants them. */
const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

/** Named schemas of the whole document. The same name can differ in and out (defaults): the second gets its own. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  #place(name: string, schema: unknown, side: 'input' | 'output'): string {
    const wanted = side === 'input' ? `${name}Input` : name;
    const same = [name, wanted].find((key) => JSON.stringify(this.schemas[key]) === JSON.stringify(schema));
    if (same) return same;
    const free = this.schemas[name] === undefined ? name : wanted;
    this.schemas[free] = schema;
    return free;
  }

  /** A schema with its named parts moved to the document. */
  take(schema: z.ZodType, side: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' }) as Json & {
      $defs?: Record<string, Json>;
    };
    const moved = new Map<string, string>();
    // First the names, then the contents: definitions may name each other.
    const pointed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(pointed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => {
          if (key === '$ref' && typeof inner === 'string' && inner.startsWith(LOCAL)) {
            const name = inner.slice(LOCAL.length);
            return [key, SHARED + (moved.get(name) ?? name)];
          }
          return key === 'id' && typeof inner === 'string' ? ['title', inner] : [key, pointed(inner)];
        }),
      );
    };
    for (const [name, definition] of Object.entries($defs))
      moved.set(name, this.#place(name, pointed(definition), side));
    const { title } = pointed(own) as { title?: unknown };
    const placed = pointed(own) as Json;
    // A whole schema that has a name is a named schema too.
    return typeof title === 'string' && own.id === title ? { $ref: SHARED + this.#place(title, placed, side) } : placed;
  }
}

const parametersOf = (schema: z.ZodType | undefined, where: 'path' | 'query', components: Components): Json[] => {
  if (!schema) return [];
  const input = components.take(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  const output = components.take(schema, 'output') as { properties?: Record<string, Json> };
  return Object.entries(input.properties ?? {}).map(([name, given]) => ({
    name,
    in: where,
    required: where === 'path' || (input.required?.includes(name) ?? false),
    // What is coerced from text takes anything; what comes of it says more.
    schema: Object.keys(given).length > 0 ? given : (output.properties?.[name] ?? {}),
  }));
};

const securityOf = ({ needs }: Endpoint): Json[] => {
  if (typeof needs !== 'string') return [];
  return needs === 'agent' ? [{ agentKey: [] }] : [{ session: [], csrf: [] }, { apiToken: [] }];
};

const descriptionOf = ({ needs, audit }: Endpoint): string => {
  const who = typeof needs === 'string' ? `Needs: \`${needs}\`.` : `Public: ${needs.public}.`;
  return `${who} ${typeof audit === 'string' ? `Leaves the audit line \`${audit}\`.` : `Not audited: ${audit.notAudited}.`}`;
};

/** `PATCH /api/users/:userId` -> `patchUsersUserId` */
const operationId = ({ method, path }: Endpoint): string =>
  method.toLowerCase() +
  path
    .replace(/^\/(api|agent\/v1)\//, '/')
    .split(/[/:-]+/)
    .filter(Boolean)
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');

/** The OpenAPI 3.1 document of these endpoints. */
export const openApiDocument = (endpoints: readonly Endpoint[], { version }: { version: string }): Json => {
  const components = new Components();
  const problem = {
    description: 'Refused or failed',
    content: { 'application/json': { schema: components.take(Problem, 'output') } },
  };
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    const isStream = endpoint.path === '/api/live';
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: {
        operationId: operationId(endpoint),
        tags: [endpoint.tag],
        summary: endpoint.summary,
        description: descriptionOf(endpoint),
        security: securityOf(endpoint),
        parameters: [
          ...parametersOf(endpoint.params, 'path', components),
          ...parametersOf(endpoint.query, 'query', components),
        ],
        ...(endpoint.body && {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: components.take(endpoint.body, 'input') } },
          },
        }),
        responses: {
          200: {
            description: 'Done',
            content: {
              [isStream ? 'text/event-stream' : (endpoint.replyType ?? 'application/json')]: {
                schema: components.take(endpoint.reply, 'output'),
              },
            },
          },
          default: problem,
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse API', version, license: { name: 'Apache-2.0' } },
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'gatehouse_session', description: 'Set by POST /api/session' },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'x-csrf-token',
          description: 'With the cookie, for every call but GET: csrfToken of GET /api/session',
        },
        apiToken: { type: 'http', scheme: 'bearer', description: 'An API token, gh_…' },
        agentKey: { type: 'http', scheme: 'bearer', description: "An enrolled device's own key" },
      },
    },
  };
};
