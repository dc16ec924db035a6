import { ticketPlaceholders } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTemplates, renderTicket, type TicketFacts, templateIssues } from './templates.ts';

const event: TicketFacts = {
  kind: 'event',
  device: 'WS-1',
  client: 'Alder Joinery',
  condition: 'Malicious object detected',
  severity: 'Critical',
  event: 'Malicious object detected',
  threat: 'EICAR-Test-File',
  object: '/home/ann/eicar.com',
  time: new Date('2026-03-04T11:00:00.123Z'),
  link: 'https://gatehouse.example/devices/d1',
  application: 'File Threat Protection',
  details: 'Found it',
};
const status: TicketFacts = {
  ...event,
  kind: 'status',
  condition: 'Databases are outdated',
  event: '',
  threat: '',
  object: '',
  application: '',
  details: '',
};
const autotask = { title: 255, description: 8000 };
const render = (facts: TicketFacts, templates = {}, lengths = autotask) =>
  renderTicket({ ...defaultTemplates, ...templates }, facts, { lengths, foot: 'Opened by Gatehouse, key k' });

describe('a ticket', () => {
  it('says what was found where, without a template of anybody', () => {
    expect(render(event)).toEqual({
      title: 'WS-1: Malicious object detected (EICAR-Test-File)',
      description: [
        'Device: WS-1',
        'Client: Alder Joinery',
        'Event: Malicious object detected',
        'Severity: Critical',
        'Happened: 2026-03-04T11:00:00Z',
        'Found: EICAR-Test-File',
        'Object: /home/ann/eicar.com',
        'Application: File Threat Protection',
        'Details: Found it',
        'Device page: https://gatehouse.example/devices/d1',
        '',
        'Opened by Gatehouse, key k',
      ].join('\n'),
      isCut: false,
    });
  });

  it('leaves out lines and brackets that have nothing to say', () => {
    expect(render({ ...event, threat: '', link: '', details: '' })).toMatchObject({
      title: 'WS-1: Malicious object detected',
      description: expect.not.stringMatching(/Found:|Device page:|Details:/),
    });
    expect(
      render({ ...status, time: null })
        .description.split('\n')
        .slice(0, 5),
    ).toEqual([
      'Device: WS-1',
      'Client: Alder Joinery',
      'Status: Critical',
      'Reason: Databases are outdated',
      'Device page: https://gatehouse.example/devices/d1',
    ]);
  });

  it('leaves no gap where an empty placeholder stood', () => {
    const eventTitle = '{client}: {threat} on {device}';
    expect(render({ ...event, threat: '' }, { eventTitle }).title).toBe('Alder Joinery: on WS-1');
  });

  it('keeps the words that somebody wrote, brackets too', () => {
    const eventTitle = '[{client}] (security) {event} {missing brace';
    expect(render(event, { eventTitle }).title).toBe(
      '[Alder Joinery] (security) Malicious object detected {missing brace',
    );
  });

  it('never reads what a device said as a template, nor lets it break the title', () => {
    const { title, description } = render({ ...event, device: 'a\r\nb {client}', object: '{time}\nSeverity: fine' });
    expect(title).toBe('a b {client}: Malicious object detected (EICAR-Test-File)');
    expect(description).toContain('Object: {time} Severity: fine\n');
  });

  it('has a title even when the template leaves nothing of it', () => {
    expect(render({ ...event, threat: '' }, { eventTitle: '{threat}' }).title).toBe('WS-1: Malicious object detected');
  });

  it('is cut to what the PSA takes, but never loses the line with its key', () => {
    const long = render({ ...event, details: 'x'.repeat(20_000), device: '💥'.repeat(200) });
    expect(long.isCut).toBe(true);
    expect(long.title).toHaveLength(255);
    expect(long.title.isWellFormed()).toBe(true);
    expect(long.description.length).toBeLessThanOrEqual(8_000);
    expect(long.description).toMatch(/…\n\nOpened by Gatehouse, key k$/);
  });

  it('about many things at once says what it was given', () => {
    const words = { kind: 'own-words', title: 'Alder: 12 {device}', body: 'Many\n- WS-1' } as const;
    expect(renderTicket(defaultTemplates, words, { lengths: autotask, foot: 'key k' })).toEqual({
      title: 'Alder: 12 {device}',
      description: 'Many\n- WS-1\n\nkey k',
      isCut: false,
    });
  });

  it('fits whatever devices and people come up with', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    const facts = fc.record({ device: text, event: text, threat: text, details: text });
    fc.assert(
      fc.property(
        facts,
        fc.string({ maxLength: 200 }),
        fc.string({ maxLength: 400 }),
        (some, eventTitle, eventBody) => {
          const made = render({ ...event, ...some }, { eventTitle, eventBody }, { title: 40, description: 120 });
          expect(made.title.length).toBeLessThanOrEqual(40);
          expect(made.description.length).toBeLessThanOrEqual(120);
          expect(made.title).not.toMatch(/[\r\n]/);
          expect(made.description).toContain('Opened by Gatehouse, key k');
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('templates that are saved', () => {
  it('are fine as they come', () => {
    expect(templateIssues(defaultTemplates)).toEqual([]);
    const all = ticketPlaceholders.map((name) => `{${name}}`).join(' ');
    expect(templateIssues({ ...defaultTemplates, eventBody: all, statusTitle: all })).toEqual([]);
  });

  it('are refused for a placeholder that nobody knows, naming its place', () => {
    const issues = templateIssues({
      ...defaultTemplates,
      eventTitle: 'At {client}: {devise}',
      statusBody: 'a\nb {x y}',
    });
    expect(issues).toMatchObject([
      { where: 'body.templates.eventTitle', what: expect.stringContaining('{devise} (character 14)') },
      { where: 'body.templates.statusBody', what: expect.stringContaining('{x y} (line 2, character 3)') },
    ]);
  });

  it('are refused when they are empty, or a title has two lines', () => {
    const issues = templateIssues({ ...defaultTemplates, eventTitle: ' ', statusTitle: 'a\nb', eventBody: '' });
    expect(issues.map(({ where }) => where)).toEqual([
      'body.templates.eventTitle',
      'body.templates.eventBody',
      'body.templates.statusTitle',
    ]);
  });
});
