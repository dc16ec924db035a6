import { readFileSync } from 'node:fs';
import type { Endpoint } from '@gatehouse/contract';
import { openApiDocument } from './openapi.ts';
import type { Http } from './types.ts';

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** `` `word` `` becomes code; everything else stays text. */
const prose = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');

interface Operation {
  summary: string;
  description: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content: Record<string, { schema: object }> }>;
}
type Document = ReturnType<typeof openApiDocument> & {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

/** A schema as JSON, with a link at every name. */
const shown = (schema: object): string =>
  escaped(JSON.stringify(schema, null, 2)).replace(
    /&#34;\$ref&#34;: &#34;#\/components\/schemas\/(\w+)&#34;/g,
    '<a href="#schema-$1">$1</a>',
  );

const operationHtml = (endpoint: Endpoint, document: Document): string => {
  const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
  const operation = document.paths[path]?.[endpoint.method.toLowerCase()];
  if (!operation) throw new Error(`${endpoint.method} ${path} is not in the document`);
  const text = `${endpoint.method} ${path} ${endpoint.summary} ${endpoint.tag}`.toLowerCase();
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const reply = Object.values(operation.responses[200]?.content ?? {})[0]?.schema;
  const parameters = operation.parameters
    .map(
      ({ name, in: where, required, schema }) =>
        `${name} (${where}${required ? '' : ', optional'}): ${JSON.stringify(schema)}`,
    )
    .join('\n');
  return `<details data-text="${escaped(text)}"><summary><span class="method">${endpoint.method}</span>
<code>${escaped(path)}</code><span class="summary">${prose(endpoint.summary)}</span></summary><div class="body">
<p>${prose(operation.description)}</p>
${parameters ? `<h3>Parameters</h3><pre>${escaped(parameters)}</pre>` : ''}
${body ? `<h3>Body</h3><pre>${shown(body)}</pre>` : ''}
${reply ? `<h3>Reply</h3><pre>${shown(reply)}</pre>` : ''}</div></details>`;
};

const pageHtml = (endpoints: readonly Endpoint[], document: Document, version: string): string => {
  const tags = [...new Set(endpoints.map(({ tag }) => tag))];
  const sections = tags.map(
    (tag) =>
      `<section><h2>${escaped(tag)}</h2>${endpoints
        .filter((endpoint) => endpoint.tag === tag)
        .map((endpoint) => operationHtml(endpoint, document))
        .join('\n')}</section>`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `<h3 id="schema-${escaped(name)}">${escaped(name)}</h3><pre>${shown(schema)}</pre>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gatehouse API</title><link rel="stylesheet" href="/api/docs/docs.css"><script src="/api/docs/docs.js" defer></script>
</head><body><main>
<h1>Gatehouse API</h1>
<p>Version ${escaped(version)}. The same as a document for programs: <a href="/api/openapi.json">OpenAPI 3.1</a>.
Programs sign in with an API token: <code>Authorization: Bearer gh_…</code>. Every failure is a
<a href="#schema-Problem">Problem</a> with a stable <code>code</code>.</p>
<input type="search" aria-label="Search endpoints" placeholder="Search endpoints" hidden>
<p class="none" hidden>No endpoint has all of these words.</p>
${sections.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</main></body></html>`;
};

const file = (name: string) => readFileSync(new URL(`docs/${name}`, import.meta.url), 'utf8');

/**
 * Describes all endpoints that were registered when it is first asked: for programs at `/api/openapi.json`, for people
 * at `/api/docs`. Open to everybody, as the source code is.
 */
export const serveDocs = ({ app, endpoints }: Http, { version }: { version: string }): void => {
  let made: { document: Document; page: string } | null = null;
  const make = () => {
    if (made) return made;
    const document = openApiDocument(endpoints, { version }) as Document;
    made = { document, page: pageHtml(endpoints, document, version) };
    return made;
  };
  const [style, script] = [file('docs.css'), file('docs.js')];
  app.get('/api/openapi.json', () => make().document);
  app.get('/api/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(make().page));
  app.get('/api/docs/docs.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  app.get('/api/docs/docs.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
};
