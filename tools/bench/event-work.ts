/**
 * What people's work with stored events costs: pages in every order, from the first and from the ten-thousandth page;
 * whole results as files, with time and memory; a deletion. On an embedded event store in a temporary folder.
 *
 *     node tools/bench/event-work.ts [--events 1000000] [--exported 200000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventFilter, type EventSort, eventSorts, exportFormats } from '@gatehouse/contract';
import { writeEvents } from '../../server/src/administration/event-exports/index.ts';
import { engineStore, eventPages, shownEvent } from '../../server/src/administration/events/index.ts';
import { conditionsOf, createSearches } from '../../server/src/administration/selections/index.ts';
import { openEventEngine } from '../../server/src/platform/event-engine/index.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, exported: { type: 'string', default: '200000' } },
});
const events = Number(values.events);
const exported = Math.min(Number(values.exported), events);
const RUNS = 12;
const PAGE = 50;
const DEEP = 10_000 * PAGE;

const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const engine = await openEventEngine({ dataDir });
const say = (line: string) => process.stdout.write(`${line}\n`);
const actor = { kind: 'user' as const, id: 'bench', name: 'bench', permissions: new Set<string>(), tenantIds: null };
const pagesOf = () => eventPages(engine, 'all');
const searches = createSearches({
  store: { get: () => Promise.reject(new Error('there are no selections here')) },
  pagesOf,
  groups: async () => [],
  clock: () => new Date(),
});

/** Thirty days of 50 tenants and 5,000 devices. */
const load = async (): Promise<void> => {
  await engineStore(engine, 'all').createTable();
  await engine.command(
    `insert into administration_event (event_id, tenant_id, device_id, epoch, seq, type, type_id, known, severity,
       display_name, description, params, rise_time, registration_time, device_name, group_id, group_name, ip_address,
       product, product_version, product_display_version, task_id, task_name, task_old_state, task_new_state,
       completed_percent, expires_at)
     select number + 1, concat('tenant-', toString(number % 50)), concat('device-', toString(number % 5000)), 'e', number,
       concat('TYPE_', toString(cityHash64(number) % 60)), 1, true, 1 + cityHash64(number, 1) % 4,
       concat('Title of type ', toString(cityHash64(number) % 60)),
       concat('Object /srv/files/', toString(cityHash64(number) % 100000), '/report.docx was looked at, word',
         toString(number % 1000)),
       ['', concat('/srv/files/', toString(cityHash64(number) % 100000), '/report.docx'), '', '', '', '', '', '', ''],
       registered - toIntervalSecond(cityHash64(number, 2) % 600), registered,
       concat('pc-', toString(number % 5000)), number % 200, 'Managed devices/', '10.0.0.1', 'KES', '11', '11.1', '', '',
       -1, -1, -1, now() + toIntervalDay(arrayElement([30, 90, 180], 1 + number % 3))
     from (select number, now64(3) - toIntervalSecond(intDiv((${events} - number) * 2592000, ${events})) as registered
       from numbers(${events}))`,
  );
};

const measured = async (act: () => Promise<unknown>): Promise<string> => {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    await act();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * (RUNS - 1))] ?? 0).toFixed(0).padStart(5);
  return `p50 ${at(0.5)} ms  p95 ${at(0.95)} ms`;
};

/** The place at which page 10,001 begins, found by walking in big steps, as no page counts what lies before it. */
const deepPlace = async (sort: EventSort): Promise<string | undefined> => {
  let after: string | undefined;
  for (let seen = 0; seen < Math.min(DEEP, events / 2); seen += 20_000) {
    const page = await searches.page(actor, { sort, limit: 20_000, ...(after ? { after } : {}) });
    after = page.next ?? undefined;
  }
  return after;
};

try {
  say(`Loading ${events.toLocaleString('en')} events into an embedded store …`);
  await load();
  for (const by of eventSorts) {
    const sort = { by, descending: true };
    const after = await deepPlace(sort);
    say(`${by.padEnd(12)} first page  ${await measured(() => searches.page(actor, { sort, limit: PAGE }))}`);
    say(
      `${' '.repeat(12)} deep page   ${await measured(() => searches.page(actor, { sort, limit: PAGE, ...(after ? { after } : {}) }))}`,
    );
  }
  for (const [name, filter] of Object.entries({
    'a week, warnings': EventFilter.parse({ severities: ['warning'], time: { kind: 'last', amount: 7, unit: 'days' } }),
    'any of two words': EventFilter.parse({ text: { words: 'word7 word8' } }),
    'device mask': EventFilter.parse({ deviceNames: ['pc-12*'] }),
  })) {
    say(`${name.padEnd(24)} ${await measured(() => searches.page(actor, { filter, limit: PAGE }))}`);
  }

  const names = new Map<string, string>();
  for (const format of exportFormats) {
    const { search, sort } = await searches.plan(actor, {});
    const some = { sort, search: { ...search, floorId: search.topId - exported + 1 } };
    let rows = 0;
    const pages = async function* () {
      for await (const page of searches.all(actor, some)) {
        rows += page.length;
        yield page.map((row) => shownEvent(row, names));
      }
    };
    const start = performance.now();
    const before = process.memoryUsage.rss();
    let [most, bytes] = [before, 0];
    for await (const chunk of writeEvents(format, pages(), { now: new Date() }).chunks) {
      bytes += chunk.length;
      most = Math.max(most, process.memoryUsage.rss());
    }
    const seconds = (performance.now() - start) / 1000;
    say(
      `${format.padEnd(5)} ${rows.toLocaleString('en')} events in ${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB; memory grew by ${((most - before) / 1e6).toFixed(0)} MB at most`,
    );
  }

  const { search } = await searches.plan(actor, { filter: EventFilter.parse({ severities: ['critical'] }) });
  const [conditions, asOf] = [conditionsOf(search), new Date(search.at)];
  const start = performance.now();
  const parts = await pagesOf().partsWith(conditions, asOf);
  for (const { part } of parts) await pagesOf().clearPart(part, conditions, asOf);
  const gone = parts.reduce((sum, part) => sum + part.events, 0);
  say(
    `deletion of ${gone.toLocaleString('en')} events in ${parts.length} parts: ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
} finally {
  await engine.close();
  rmSync(dataDir, { recursive: true, force: true });
}
