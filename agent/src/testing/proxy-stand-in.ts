import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that asks for credentials, knows CONNECT and whole addresses, and keeps what passes through it. */
export const startProxyStandIn = async ({ name, password }: { name: string; password: string }) => {
  const asked: string[] = [];
  const passed: Buffer[] = [];
  const open = new Set<Duplex>();
  const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const isAllowed = (request: IncomingMessage) => request.headers['proxy-authorization'] === expected;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`);
    if (!isAllowed(request)) return void response.writeHead(407).end();
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest(request.url ?? '', { method: request.method ?? 'GET', headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    open.add(client);
    client.on('error', () => client.destroy());
    if (!isAllowed(request)) return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    asked.push(`CONNECT ${request.url}`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (chunk: Buffer) => passed.push(chunk));
      client.pipe(target).pipe(client);
    });
    open.add(target);
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    /** What it was asked for, in order. */
    asked,
    /** What passed through its tunnels towards servers. */
    seen: () => Buffer.concat(passed).toString('latin1'),
    async stop() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
};
export type ProxyStandIn = Awaited<ReturnType<typeof startProxyStandIn>>;
