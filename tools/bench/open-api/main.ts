/**
 * Large result sets over the Open API: hosts by FindHosts and ChunkAccessor, events by EventProcessing, page by page as
 * programs read them, through a real TLS connection to a server in a process of its own.
 *
 *     npm run bench:open-api -- [--devices 100000] [--events 1000000] [--page 1000] [--quick]
 *
 * Prints the rate and the server's memory: before, the most while reading, after. `--quick` takes a tenth of each.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type KscClient, openKscClient } from '../../../protocols/src/ksc-open-api/index.ts';
import { PASSWORD } from '../../../server/src/testing/administration.ts';
import { type FromServer, type Sizes, serve } from './server.ts';

const hostFields = [
  'KLHST_WKS_HOSTNAME',
  'KLHST_WKS_DN',
  'KLHST_WKS_GROUPID',
  'KLHST_WKS_STATUS_ID',
  'KLHST_WKS_STATUS_MASK',
  'KLHST_WKS_LAST_VISIBLE',
  'KLHST_WKS_OS_NAME',
  'KLHST_WKS_IP_LONG',
];
const eventFields = [
  'event_db_id',
  'GNRL_EA_SEVERITY',
  'event_type',
  'event_type_display_name',
  'hostname',
  'hostdn',
  'rise_time',
  'registration_time',
  'product_name',
  'GNRL_EA_DESCRIPTION',
  'GNRL_EA_PARAM_5',
];

const shown = (value: number) => Math.round(value).toLocaleString('en');
const megabytes = (bytes: number) => `${shown(bytes / 1_048_576)} MiB`;

const startServer = async (sizes: Sizes) => {
  const child = fork(fileURLToPath(import.meta.url), ['--as-server', JSON.stringify(sizes)]);
  const exited = once(child, 'exit');
  const next = async (): Promise<FromServer> => {
    const answer = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
    if (!answer) throw new Error(`the server of the bench ended with ${child.exitCode}`);
    return answer[0] as FromServer;
  };
  const ready = await next();
  if (ready.kind !== 'ready') throw new Error('the server of the bench did not begin');
  return {
    ...ready,
    memory: async () => {
      child.send('memory');
      const answer = await next();
      if (answer.kind !== 'memory') throw new Error('the server of the bench answered something else');
      return answer;
    },
    stop: async () => {
      child.send('done');
      await exited;
    },
  };
};
type Server = Awaited<ReturnType<typeof startServer>>;

/** Reads with `read`, which yields the number of rows of each page, and says what it took. */
const measure = async (server: Server, what: string, read: () => AsyncGenerator<number>): Promise<number> => {
  const before = await server.memory();
  let most = before.rssBytes;
  let rows = 0;
  let pages = 0;
  let longestMs = 0;
  const begun = performance.now();
  let pageBegun = begun;
  for await (const count of read()) {
    longestMs = Math.max(longestMs, performance.now() - pageBegun);
    rows += count;
    pages += 1;
    if (pages % 10 === 0) most = Math.max(most, (await server.memory()).rssBytes);
    pageBegun = performance.now();
  }
  const seconds = (performance.now() - begun) / 1000;
  const after = await server.memory();
  most = Math.max(most, after.rssBytes);
  const processorSeconds = (after.processorMs - before.processorMs) / 1000;
  console.log(
    `${what}: ${shown(rows)} rows in ${pages} pages, ${seconds.toFixed(1)} s, ${shown(rows / seconds)} rows/s, longest page ${shown(longestMs)} ms
    server: ${megabytes(before.rssBytes)} before, ${megabytes(most)} at most, ${megabytes(after.rssBytes)} after; ${processorSeconds.toFixed(1)} s of processor time`,
  );
  return rows;
};

const readHosts = async function* (client: KscClient, page: number): AsyncGenerator<number> {
  const order = [{ name: 'KLHST_WKS_DN', ascending: true }];
  const { accessor, count } = await client.hostGroup.findHosts({ fields: hostFields, order });
  for (let start = 0; start < count; start += page) {
    yield (await client.chunkAccessor.getItemsChunk(accessor, { start, count: page })).length;
  }
  await client.chunkAccessor.release(accessor);
};

const readEvents = async function* (client: KscClient, page: number): AsyncGenerator<number> {
  const order = [{ name: 'event_db_id', ascending: true }];
  const filter = { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 30 };
  const id = await client.eventProcessingFactory.createEventProcessing2({ fields: eventFields, order, filter });
  const count = await client.eventProcessing.getRecordCount(id);
  for (let start = 0; start < count; start += page) {
    yield (await client.eventProcessing.getRecordRange(id, { start, end: start + page - 1 })).length;
  }
  await client.eventProcessing.releaseIterator(id);
};

/** Pages from the end towards the beginning, newest first in time: how a poller looks for what it has not seen. */
const readBackwards = async function* (client: KscClient, page: number, pages: number): AsyncGenerator<number> {
  const order = [{ name: 'rise_time', ascending: true }];
  const id = await client.eventProcessingFactory.createEventProcessing2({ fields: eventFields, order });
  let end = await client.eventProcessing.getRecordCount(id);
  for (let read = 0; read < pages && end > 0; read += 1) {
    const start = Math.max(0, end - page);
    yield (await client.eventProcessing.getRecordRange(id, { start, end: end - 1 })).length;
    end = start;
  }
  await client.eventProcessing.releaseIterator(id);
};

const BACKWARD_PAGES = 50;

const wholeNumber = (name: string, text: string, most: number): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  console.error(`--${name} must be a whole number from 1 to ${most}`);
  process.exit(1);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      devices: { type: 'string', default: '100000' },
      events: { type: 'string', default: '1000000' },
      page: { type: 'string', default: '1000' },
      quick: { type: 'boolean', default: false },
    },
  });
  const share = values.quick ? 10 : 1;
  const devices = Math.ceil(wholeNumber('devices', values.devices, 1_000_000) / share);
  const events = Math.ceil(wholeNumber('events', values.events, 100_000_000) / share);
  const page = wholeNumber('page', values.page, 10_000);
  console.log(`A server with ${shown(devices)} devices and ${shown(events)} events, read ${shown(page)} rows a page`);
  const server = await startServer({ devices, events });
  const client = openKscClient({
    url: server.url,
    trust: { certificate: server.certificate },
    credentials: { scheme: 'KSCBasic', user: 'admin', password: PASSWORD },
  });
  const hosts = await measure(server, 'HostGroup.FindHosts', () => readHosts(client, page));
  const seen = await measure(server, 'EventProcessing', () => readEvents(client, page));
  await measure(server, 'EventProcessing from the end', () => readBackwards(client, page, BACKWARD_PAGES));
  await client.close();
  await server.stop();
  if (hosts !== devices || seen !== events) {
    console.error('Not every row was read.');
    process.exitCode = 1;
  }
};

const [, , role, sizes] = process.argv;
if (role === '--as-server') {
  await serve(JSON.parse(sizes ?? '{}'));
  process.exit();
}
await main();
