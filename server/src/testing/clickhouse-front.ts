import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { drainPending } from 'chdb';
import { createChdbConnection } from 'chdb/connection';

/** What the real client sends besides settings of the engine. */
const notSettings = new Set([
  'query',
  'query_id',
  'database',
  'session_id',
  'default_format',
  'wait_end_of_query',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
]);

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * Speaks ClickHouse's HTTP protocol over chDB, as far as the client uses it, so that the way to an external server is
 * tested with the real client and the real engine. A connection for every request, as a server has: settings end with it.
 *
 * @param path the folder of the store; one per process
 */
export const startClickhouseFront = async (path: string): Promise<{ url: string; close(): Promise<void> }> => {
  // Holds the folder open between requests.
  const keeper = createChdbConnection({ path });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://front');
    if (url.pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const connection = createChdbConnection({ path });
    try {
      const body = await text(request);
      const inUrl = url.searchParams.get('query');
      // Parameters of the query too: the engine then reads their escapes as a server does.
      const settings = [...url.searchParams].filter(([name]) => !notSettings.has(name));
      // A server checks all settings before it applies them; here, nothing can be set after `readonly`.
      settings.sort(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'));
      for (const [name, value] of settings)
        await connection.command({ query: `set ${name} = ${quote(value)}` } as never);
      const { stream } = await connection.exec(
        (inUrl === null ? { query: body } : { query: inUrl, values: Readable.from([body]) }) as never,
      );
      response.setHeader('x-clickhouse-summary', '{}');
      response.end(await text(stream));
    } catch (error) {
      const { code, type, message } = error as { code?: string; type?: string; message: string };
      response.statusCode = 500;
      response.setHeader('x-clickhouse-exception-code', code ?? '1002');
      response.end(`Code: ${code ?? 1002}. DB::Exception: ${message} (${type ?? 'UNKNOWN'})`);
    } finally {
      await connection.close();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await keeper.close();
      // Statements that were stopped may still be at it, and until then no other folder can be opened in this process.
      await drainPending();
    },
  };
};
