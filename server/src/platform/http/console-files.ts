import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const YEAR_SECONDS = 365 * 86_400;

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gatehouse</title>
<h1>The console is not built</h1><p>The server runs, but the folder with the console's files is missing. The API is
described at <a href="/api/docs">/api/docs</a>.</p></html>`;

/**
 * Serves the console's files. Those below `assets/` carry a hash of their content in the name and may be kept for ever;
 * the rest is asked for anew each time.
 *
 * @returns answers a path that belongs to the console's own routing with its first page; null when it is none
 */
export const serveConsole = async (
  app: FastifyInstance,
  folder: string | null,
): Promise<(request: FastifyRequest, reply: FastifyReply) => FastifyReply | null> => {
  const consoleDir = folder === null ? null : resolve(folder);
  const isBuilt = consoleDir !== null && existsSync(join(consoleDir, 'index.html'));
  if (consoleDir !== null && isBuilt) {
    await app.register(fastifyStatic, {
      root: consoleDir,
      wildcard: true,
      index: 'index.html',
      cacheControl: false,
      // The build puts packed copies beside scripts and styles; without one the file itself is sent.
      preCompressed: true,
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(join(consoleDir, 'assets'));
        reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      },
    });
  }
  return (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|agent)(\/|$)/.test(path) &&
      // `/assets/old-hash.js` must fail as what it is, not come back as a page.
      !/\.[A-Za-z0-9]{1,8}$/.test(path);
    if (!isPage || consoleDir === null) return null;
    if (!isBuilt) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt);
    return reply.code(200).sendFile('index.html');
  };
};
