/** What must be true after everything, whatever was killed when. Each violation is a sentence. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listEvents, listTickets, type SecurityEvent, type Ticket } from '../../contract/src/index.ts';
import type { AutotaskSandbox } from '../../sandboxes/src/autotask/index.ts';
import type { Api } from '../lib/api.ts';
import type { PlayedDevice } from '../lib/played-device.ts';
import { COMPLETE } from '../main-job/psa.ts';

/** What a device did, as the device itself remembers it. */
export interface Told {
  device: PlayedDevice;
  /** Marks of the events whose acknowledgement came. */
  markers: string[];
  infections: number;
  isInfected: boolean;
}

interface PsaTicket {
  id: string;
  externalId: string;
  isOpen: boolean;
}

/** By the PSA's own memory, since an answer of its API has a last page. */
export const psaTickets = (psa: AutotaskSandbox): PsaTicket[] =>
  (psa.controls.state().rows.Tickets ?? []).map(({ values }) => ({
    id: String(values.id),
    externalId: String(values.externalID ?? ''),
    isOpen: values.status !== COMPLETE,
  }));

const PAGE = 200;

const allEvents = async (api: Api): Promise<SecurityEvent[]> => {
  const events: SecurityEvent[] = [];
  let after: string | undefined;
  do {
    const page = await api.call(listEvents, { query: { limit: PAGE, ...(after ? { after } : {}) } });
    events.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return events;
};

const allTickets = async (api: Api): Promise<Ticket[]> => {
  const tickets: Ticket[] = [];
  let after: string | undefined;
  do {
    const page = await api.call(listTickets, { query: { limit: PAGE, ...(after ? { after } : {}) } });
    tickets.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return tickets;
};

const twice = (values: readonly string[]): string[] => {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.size === seen.add(value).size))];
};

const some = (values: readonly string[]): string =>
  values.length > 5 ? `${values.slice(0, 5).join(', ')} and ${values.length - 5} more` : values.join(', ');

/** Every acknowledged event is there, and none twice. */
export const checkEvents = async (api: Api, told: readonly Told[]): Promise<string[]> => {
  const events = await allEvents(api);
  const violations: string[] = [];
  const idsTwice = twice(events.map(({ id }) => id));
  if (idsTwice.length > 0) violations.push(`these event ids were given twice: ${some(idsTwice)}`);
  for (const { device, markers, infections } of told) {
    const own = events.filter(({ deviceId }) => deviceId === device.deviceId);
    const stored = own.flatMap(({ type, params }) => (type === 'GNRL_EV_OBJECT_REPORTED' ? [params['1'] ?? ''] : []));
    const known = new Set(stored);
    const lost = markers.filter((marker) => !known.has(marker));
    if (lost.length > 0) violations.push(`acknowledged events of ${device.name} are lost: ${some(lost)}`);
    const repeated = twice(stored);
    if (repeated.length > 0) violations.push(`events of ${device.name} are stored twice: ${some(repeated)}`);
    const foundCount = own.filter(({ type }) => type === 'GNRL_EV_VIRUS_FOUND').length;
    if (foundCount !== infections) {
      violations.push(`${device.name} was infected ${infections} times, and ${foundCount} finds are stored`);
    }
  }
  return violations;
};

/** One ticket per key in the PSA, each known to Gatehouse, and at most one open ticket per device. */
export const checkTickets = async (api: Api, psa: AutotaskSandbox, told: readonly Told[]): Promise<string[]> => {
  const inPsa = psaTickets(psa);
  const ours = await allTickets(api);
  const violations: string[] = [];
  const keysTwice = twice(inPsa.map(({ externalId }) => externalId));
  if (keysTwice.length > 0) violations.push(`the PSA has two tickets for one key: ${some(keysTwice)}`);
  const known = new Set(ours.map(({ psaTicketId }) => psaTicketId));
  const unknown = inPsa.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  if (unknown.length > 0) violations.push(`the PSA has tickets that Gatehouse knows nothing of: ${some(unknown)}`);
  const there = new Set(inPsa.map(({ id }) => id));
  const missing = ours.filter(({ psaTicketId }) => psaTicketId !== null && !there.has(psaTicketId));
  if (missing.length > 0)
    violations.push(`Gatehouse has tickets that the PSA lacks: ${some(missing.map(({ id }) => id))}`);
  const failed = ours.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    violations.push(`tickets failed: ${some(failed.map(({ title, problem }) => `${title} (${problem})`))}`);
  }
  const open = new Set(inPsa.filter(({ isOpen }) => isOpen).map(({ id }) => id));
  for (const { device, infections } of told) {
    const own = ours.filter(({ deviceId, psaTicketId }) => deviceId === device.deviceId && psaTicketId !== null);
    const openOnes = own.filter(({ psaTicketId }) => psaTicketId !== null && open.has(psaTicketId));
    if (openOnes.length > 1) violations.push(`${device.name} has ${openOnes.length} open tickets for one problem`);
    if (own.length > infections) {
      violations.push(`${device.name} was infected ${infections} times and has ${own.length} tickets`);
    }
  }
  return violations;
};

/** Waits until infected devices have an open ticket and the others none. @returns what is still wrong in the end */
export const waitForTickets = async ({
  api,
  psa,
  told,
  withinMs,
}: {
  api: Api;
  psa: AutotaskSandbox;
  told: readonly Told[];
  withinMs: number;
}): Promise<string[]> => {
  const until = performance.now() + withinMs;
  for (;;) {
    const open = new Set(
      psaTickets(psa)
        .filter(({ isOpen }) => isOpen)
        .map(({ id }) => id),
    );
    const ours = await allTickets(api);
    const wrong = told.flatMap(({ device, isInfected }) => {
      const own = ours.filter(({ deviceId }) => deviceId === device.deviceId);
      const hasOpen = own.some(({ psaTicketId }) => psaTicketId !== null && open.has(psaTicketId));
      if (hasOpen === isInfected) return [];
      const waiting = own.find(({ state, problem }) => problem !== null || state !== 'closed');
      return [
        `${device.name} is ${isInfected ? 'infected and has no open ticket' : 'healed and has an open ticket'}` +
          ` (${waiting ? `${waiting.state}: ${waiting.problem ?? 'no problem told'}` : 'no ticket waits'})`,
      ];
    });
    const busy = ours.filter(({ state }) => state === 'opening' || state === 'closing').map(({ title }) => title);
    if (wrong.length === 0 && busy.length === 0) return [];
    if (performance.now() > until) {
      return busy.length === 0 ? wrong : [...wrong, `still on their way after ${withinMs / 1000} s: ${some(busy)}`];
    }
    await sleep(250);
  }
};
