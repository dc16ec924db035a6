import { parseCef } from '@gatehouse/protocols/cef';
import { parseLeef } from '@gatehouse/protocols/leef';
import { parseSyslog } from '@gatehouse/protocols/syslog';
import { describe, expect, it, test } from 'vitest';
import { type EventRow, eventTypes } from '../events/index.ts';
import { type Exporter, type Form, MOST_MESSAGE_BYTES, renderEvent } from './render.ts';

const names: Exporter = { serverName: 'gatehouse.example.test', serverVersion: '13.1.0.0' };
const riseTime = new Date('2026-03-04T05:06:07.000Z');
const syslog: Form = { format: 'syslog', syslogHeader: false };
const cef: Form = { format: 'cef', syslogHeader: false };
const leef: Form = { format: 'leef', syslogHeader: false };

const anEvent = (words: Partial<EventRow> & { type: string }): EventRow => ({
  eventId: 1,
  tenantId: '019a0000-0000-7000-8000-00000000000a',
  deviceId: '019a0000-0000-7000-8000-00000000000d',
  epoch: 'e',
  seq: 1,
  typeId: 0,
  known: true,
  severity: 4,
  displayName: 'Malicious object detected',
  description: 'Result: Detected',
  params: Array.from({ length: 9 }, () => ''),
  riseTime,
  registrationTime: riseTime,
  deviceName: 'WS-042',
  groupId: 7,
  groupName: 'Sales/',
  ipAddress: '192.0.2.42',
  product: 'KES',
  productVersion: '11.0.0.0',
  productDisplayVersion: '11.0.0.0',
  taskId: '',
  taskName: '',
  taskOldState: -1,
  taskNewState: -1,
  completedPercent: -1,
  expiresAt: riseTime,
  listed: true,
  ...words,
});

/** As a device, or the server itself, would report an event of this type. */
const eventOfType = ({ component, code, displayName, severity }: (typeof eventTypes)[number]): EventRow => {
  const isServer = component === 'Administration Server';
  const isTask = code === 'KLPRCI_TaskState';
  const isDetection = /^GNRL_EV_(VIRUS_FOUND|OBJECT_|SUSPICIOUS)/.test(code);
  return anEvent({
    type: code,
    severity,
    displayName,
    description: `${displayName}.\nSee the log`,
    ...(isServer && { deviceId: '', deviceName: '', ipAddress: '', product: '', productVersion: '', groupName: '' }),
    ...(isTask && { taskId: '17', taskName: 'Nightly scan', taskOldState: 1, taskNewState: 4 }),
    ...(isDetection && {
      taskName: 'File Threat Protection',
      params: [
        '0f00aa',
        'C:\\Temp\\a=b|c.exe',
        '',
        '',
        'EICAR-Test-File',
        'u1',
        'EXAMPLE\\anna',
        '60',
        '{"engine":1,"method":3}',
      ],
    }),
    ...(code === 'GNRL_EV_ATTACK_DETECTED' && { params: ['Scan', 'TCP', '2886729929', '445', '', '', '', '', ''] }),
  });
};

const read = {
  syslog: (line: string) => {
    const parsed = parseSyslog(line, { receivedAt: riseTime });
    if (!parsed.ok || parsed.message.format !== 'rfc5424') throw new Error(line);
    return parsed.message;
  },
  cef: (line: string) => {
    const parsed = parseCef(line);
    if (!parsed.ok) throw new Error(line);
    return parsed;
  },
  leef: (line: string) => {
    const parsed = parseLeef(line);
    if (!parsed.ok) throw new Error(line);
    return parsed;
  },
};

describe('exported events', () => {
  test.each(['syslog', 'cef', 'leef'] as const)('every type of the catalogue looks as agreed in %s', async (format) => {
    const lines = eventTypes.map((type) => renderEvent(eventOfType(type), { format, syslogHeader: false }, names));
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/every-type.${format}.txt`);
  });

  test('every type of the catalogue is restored by a reader of each format', () => {
    expect(eventTypes.length).toBeGreaterThan(140);
    for (const type of eventTypes) {
      const event = eventOfType(type);
      const text = event.description.replace('\n', '\\r\\n');
      const said = read.syslog(renderEvent(event, syslog, names));
      const params = Object.fromEntries(said.elements[0]?.params ?? []);
      expect(said).toMatchObject({ time: riseTime, text, facility: 1, severity: [6, 4, 3, 2][event.severity - 1] });
      expect(said.msgId).toBe(type.code.slice(0, 32));
      expect(params).toMatchObject({ et: type.code, etdn: type.displayName, kscfqdn: names.serverName });
      expect(params['p9'] ?? '').toBe(event.params[8]);

      const { message } = read.cef(renderEvent(event, cef, names));
      expect(message).toMatchObject({ classId: type.code, name: type.displayName, severity: String(event.severity) });
      expect(message.extension.get('rt')).toBe(String(riseTime.getTime()));
      expect(message.extension.get('filePath') ?? '').toBe(/OBJECT_|FOUND/.test(type.code) ? event.params[1] : '');

      const attributes = read.leef(renderEvent(event, leef, names)).message.attributes;
      expect(attributes.get('et')).toBe(type.code);
      expect(attributes.get('p2') ?? '').toBe(event.params[1]);
      expect(attributes.get('sev')).toBe(['2', '5', '7', '10'][event.severity - 1]);
    }
  });

  it('have the layouts that receivers of Kaspersky Security Center know', () => {
    const detection = anEvent({
      type: 'GNRL_EV_VIRUS_FOUND',
      deviceName: 'ws-042.example.test',
      taskName: 'File Threat Protection',
      params: [
        '0f00aa',
        'C:\\Temp\\x.exe',
        '',
        '',
        'EICAR-Test-File',
        '',
        'EXAMPLE\\anna',
        '60',
        '{"engine":1,"method":3}',
      ],
    });
    expect(renderEvent(detection, syslog, names)).toBe(
      '<10>1 2026-03-04T05:06:07.000Z ws-042.example.test KES|11.0.0.0 - GNRL_EV_VIRUS_FOUND [event@23668 p1="0f00aa" ' +
        'p2="C:\\\\Temp\\\\x.exe" p5="EICAR-Test-File" p7="EXAMPLE\\\\anna" p8="60" ' +
        'p9="{\\"engine\\":1,\\"method\\":3}" et="GNRL_EV_VIRUS_FOUND" tdn="File Threat Protection" ' +
        'etdn="Malicious object detected" hdn="ws-042.example.test" hip="192.0.2.42" gn="Sales" ' +
        'kscfqdn="gatehouse.example.test" engine="1" method="3"] Result: Detected',
    );
    const task = anEvent({
      type: 'KLPRCI_TaskState',
      severity: 1,
      displayName: 'Completed successfully',
      description: '',
      taskId: '17',
      taskName: 'Nightly scan',
      taskOldState: 1,
      taskNewState: 4,
    });
    expect(renderEvent(task, cef, names)).toBe(
      'CEF:0|KasperskyLab|SecurityCenter|13.1.0.0|KLPRCI_TaskState|Completed successfully|1|rt=1772600767000 cs9=Sales ' +
        'cs9Label=GroupName dhost=WS-042 dst=192.0.2.42 cs2=KES cs2Label=ProductName cs3=11.0.0.0 ' +
        'cs3Label=ProductVersion cs10=Nightly scan cs10Label=TaskName cs4=17 cs4Label=TaskId cn2=4 ' +
        'cn2Label=TaskNewState cn1=1 cn1Label=TaskOldState',
    );
    const outbreak = anEvent({ type: 'GNRL_EV_VIRUS_OUTBREAK', deviceId: '', deviceName: '', ipAddress: '' });
    expect([...read.cef(renderEvent(outbreak, cef, names)).message.extension.keys()]).toEqual([
      'rt',
      'cs9',
      'cs9Label',
      'dhost',
    ]);
    expect(renderEvent(task, leef, names)).toBe(
      'LEEF:1.0|KasperskyLab|SecurityCenter|13.1.0.0|KLPRCI_TaskState|cat=KLPRCI\tsev=2\t' +
        'devTime=Mar 04 2026 05:06:07.000 UTC\tdevTimeFormat=MMM dd yyyy HH:mm:ss.SSS zzz\tdst=192.0.2.42\t' +
        'identHostName=WS-042\tgn=Sales\ttdn=Nightly scan\tet=KLPRCI_TaskState\tetdn=Completed successfully',
    );
  });

  it('go out inside of a syslog message when that is wanted', () => {
    const event = anEvent({ type: 'GNRL_EV_VIRUS_FOUND' });
    const line = renderEvent(event, { format: 'cef', syslogHeader: true }, names);
    expect(line).toMatch(/^<10>Mar {2}4 05:06:07 gatehouse\.example\.test CEF:0\|KasperskyLab\|/);
    const parsed = parseSyslog(line, { receivedAt: riseTime });
    expect(parsed.ok && parsed.message).toMatchObject({ hostname: 'gatehouse.example.test', tag: null });
  });

  test.each(['syslog', 'cef', 'leef'] as const)(
    'in %s are one line of at most 8 KB, whatever an event says',
    (format) => {
      const hostile = ['\r\n', ']"\\', '|=', '😀', '\ud800', '\0', '\t', 'x', '{"engine":"', '\u0085'];
      for (const text of hostile) {
        const long = text.repeat(3000);
        const event = anEvent({
          type: 'GNRL_EV_VIRUS_FOUND',
          description: long,
          displayName: long.slice(0, 100),
          params: Array.from({ length: 9 }, () => long.slice(0, 512)),
          groupName: long,
          taskName: long,
        });
        const line = renderEvent(event, { format, syslogHeader: true }, names);
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_MESSAGE_BYTES);
        expect(line).not.toMatch(/[\r\n\0]/);
        expect(line.isWellFormed()).toBe(true);
        if (text !== '\0') expect(line).toContain('...');
        read[format](line);
      }
    },
  );
});
