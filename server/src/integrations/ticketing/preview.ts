import type { InputOf, previewTicket, ReplyIn } from '@gatehouse/contract';
import { InvalidInput } from '../../platform/errors/index.ts';
import type { Mappings } from '../mappings/index.ts';
import type { SourceDevice, SourceEvent, Sources, TenantReading } from '../sources/index.ts';
import { aboutEvent, aboutStatus, type TicketAbout } from './about.ts';
import { conditionsOf } from './reasons.ts';
import type { RuleBook } from './rule-book.ts';
import { renderTicket, templateIssues } from './templates.ts';
import { readTenantsNow } from './tenants-now.ts';
import { devicePages } from './wording.ts';

const SECONDS = 10;
/** Events back from the newest that was read; ids are shared by all tenants of a server. */
const EVENTS_BACK = 2_000;
const RECENT_DAYS = 7;

interface Found {
  about: TicketAbout;
  deviceId: string;
  clientName: string;
  isLocal: boolean;
}

const aStatus = (devices: SourceDevice[]): { about: TicketAbout; deviceId: string } | null => {
  const bad = devices.filter(({ level, signals }) => level !== 'ok' && signals.length > 0);
  const device = bad.find(({ level }) => level === 'critical') ?? bad[0];
  const signal = device?.signals[0];
  if (!device || !signal || device.level === 'ok') return null;
  const [condition] = conditionsOf(signal, device.level);
  return condition ? { about: aboutStatus(device, condition, device.level), deviceId: device.deviceId } : null;
};

/** The newest event that tells of a threat, since it fills most of a template; else the newest of all. */
const tellingEvent = async (reading: TenantReading, cursor: number | null): Promise<SourceEvent | null> => {
  let best: SourceEvent | null = null;
  for await (const events of reading.events(cursor === null ? null : Math.max(0, cursor - EVENTS_BACK), RECENT_DAYS)) {
    for (const event of events) if (event.threat !== '' || !best || best.threat === '') best = event;
  }
  return best;
};

/** Made up, for an MSP whose clients have nothing to show; told as such. */
const samples = (now: Date): Record<'event' | 'status', TicketAbout> => ({
  event: {
    kind: 'event',
    device: 'LAPTOP-7',
    condition: 'Malicious object detected',
    severity: 'Critical',
    event: 'Malicious object detected',
    threat: 'EICAR-Test-File',
    object: 'C:\\Users\\ann\\Downloads\\eicar.com',
    time: now,
    application: 'File Threat Protection',
    details: '',
  },
  status: {
    kind: 'status',
    device: 'LAPTOP-7',
    condition: 'Databases are outdated',
    severity: 'Critical',
    event: '',
    threat: '',
    object: '',
    time: now,
    application: '',
    details: '',
  },
});

/** Words a ticket as unsaved templates would, about something that really is or happened at a mapped client. */
export const previewOf =
  ({ sources, mappings, rules, clock }: { sources: Sources; mappings: Mappings; rules: RuleBook; clock: () => Date }) =>
  /** @throws InvalidInput for templates that could not be saved */
  async (
    integrationId: string,
    { kind, templates }: InputOf<typeof previewTicket>['body'],
  ): Promise<ReplyIn<typeof previewTicket>> => {
    const issues = templateIssues(templates);
    if (issues.length > 0) throw new InvalidInput('The templates cannot be used', issues, 'ticket-rules.invalid');
    const { lengths, publicUrl } = await rules.wording(integrationId);
    const found: Found[] = [];
    await readTenantsNow({ sources, mappings }, { integrationId, seconds: SECONDS }, async (tenant) => {
      const { mapping, reading } = tenant;
      const here = { clientName: tenant.name, isLocal: tenant.isLocal };
      if (kind === 'status') {
        const status = aStatus(await reading.devices());
        if (status) found.push({ ...status, ...here });
      } else {
        const cursor = (await sources.tenant(mapping.source_id, mapping.tenant_id))?.event_cursor ?? null;
        const event = await tellingEvent(reading, cursor);
        if (event) found.push({ about: aboutEvent(event), deviceId: event.deviceId, ...here });
      }
      return found.length === 0;
    });

    const [real] = found;
    const { about, deviceId, clientName, isLocal } = real ?? {
      about: samples(clock())[kind],
      deviceId: '00000000-0000-0000-0000-000000000000',
      clientName: 'Alder Joinery',
      isLocal: true,
    };
    const page = devicePages(templates.consoleUrl ?? publicUrl, isLocal);
    const facts = { ...about, client: clientName, link: page(deviceId) };
    return {
      ...renderTicket(templates, facts, { lengths, foot: 'Opened by Gatehouse, key ksi1:…' }),
      madeOf: real ? 'real' : 'sample',
      clientName,
    };
  };
