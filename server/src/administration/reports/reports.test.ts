import { describe, expect, it } from 'vitest';
import { type formats, writeReport } from './formats/index.ts';
import { type ReportData, type ReportDevice, type ReportSource, startReport } from './report.ts';
import { requireReport } from './routes.ts';
import { reportKinds } from './types/index.ts';

const now = new Date('2026-03-04T05:06:07.890Z');
const period = { from: new Date('2026-02-02T00:00:00Z'), to: now };

const aDevice = (change: Partial<ReportDevice>): ReportDevice => ({
  name: 'pc-1',
  tenantName: 'Alder',
  groupName: 'Managed devices/Branch',
  ipAddress: '10.0.0.1',
  osName: 'Windows 11',
  status: 'critical',
  reasons: ['Databases are outdated', 'Restart required'],
  isVisible: true,
  lastSeenAt: new Date('2026-03-04T05:00:00Z'),
  securityName: 'Guard',
  securityVersion: '12.1',
  isProtected: true,
  databasesReleasedAt: null,
  lastScanAt: null,
  activeThreats: 0,
  facts: {},
  ...change,
});

const sourceWith = (devices: readonly ReportDevice[]): ReportSource => ({
  async *devices() {
    for (let from = 0; from < devices.length; from += 2) yield devices.slice(from, from + 2);
  },
  async *events() {},
  licenseKeys: async () => [],
});
const kindOf = (id: string) => {
  const kind = reportKinds.find((one) => one.id === id);
  if (!kind) throw new Error(id);
  return kind;
};
const reportOf = (devices: readonly ReportDevice[], mostRows = 1000): ReportData =>
  startReport(kindOf('protection-status'), sourceWith(devices), { now, period, mostRows });
const textOf = async (report: ReportData, format: keyof typeof formats): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const chunk of writeReport(report, format).chunks) pieces.push(Buffer.from(chunk as string));
  return Buffer.concat(pieces).toString(format === 'pdf' ? 'latin1' : 'utf8');
};

describe('a report', () => {
  it('stops at its most rows and says that there are more', async () => {
    const devices = ['a', 'b', 'c', 'd', 'e'].map((name) => aDevice({ name }));
    for (const [most, isCut] of [
      [3, true],
      [5, false],
      [9, false],
    ] as const) {
      const report = reportOf(devices, most);
      const rows = [];
      for await (const page of report.pages) rows.push(...page);
      expect([rows.length, report.end().isCut]).toEqual([Math.min(most, 5), isCut]);
    }
  });

  it('counts its rows by their kind, the most frequent first', async () => {
    const report = reportOf([aDevice({ status: 'ok' }), aDevice({}), aDevice({})]);
    for await (const _ of report.pages);
    expect(report.end().summary).toEqual([
      { label: 'Critical', count: 2 },
      { label: 'OK', count: 1 },
    ]);
  });

  it('is refused without its right, for groups where it has none, and for a period that is none', () => {
    const may = (permissions: string[], wish: Parameters<typeof requireReport>[2], id = 'license-usage') =>
      requireReport(kindOf(id), { permissions: new Set(permissions) }, wish, now);
    expect(() => may(['devices:read'], {})).toThrow('needs the right licenses:read');
    expect(() => may(['licenses:read'], { groupId: [1] })).toThrow('leave the groups out');
    expect(() => may(['events:read'], { from: now, to: now }, 'threats')).toThrow('ends before it begins');
    const usual = may(['events:read'], {}, 'threats');
    expect(usual.to.getTime() - usual.from.getTime()).toBe(30 * 86_400_000);
  });

  it('has a kind for every type of the contract, each with columns and a number of its own', () => {
    expect(new Set(reportKinds.map(({ number }) => number)).size).toBe(reportKinds.length);
    for (const { columns } of reportKinds) expect(columns.length).toBeGreaterThan(4);
  });
});

describe('a file', () => {
  const nasty = aDevice({ name: '=cmd|"/c calc"!A0', groupName: '<b>&\u0000\ud800', reasons: [] });

  it('as CSV starts no formula and keeps quotes', async () => {
    const text = await textOf(reportOf([nasty]), 'csv');
    expect(text).toContain(`"'=cmd|""/c calc""!A0"`);
    expect(text.split('\r\n')[0]).toMatch(/^\ufeffStatus,Device,Client/);
    expect(text).not.toContain('\u0000');
  });

  it('as HTML runs no script and shows no markup of devices', async () => {
    const text = await textOf(reportOf([nasty, aDevice({ name: '<script>alert(1)</script>' })]), 'html');
    expect(text).not.toMatch(/<script|<b>/);
    expect(text).toContain('&lt;script&gt;');
    expect(text).toContain("default-src 'none'");
    expect(text).toContain('2 rows.');
    expect(text).toContain('Made 2026-03-04 05:06:07 UTC');
  });

  it('as XML has names that are elements and nothing that XML cannot hold', async () => {
    const text = await textOf(reportOf([nasty]), 'xml');
    expect(text).toContain('<realTimeProtection>running</realTimeProtection>');
    expect(text).toContain('<group>&lt;b&gt;&amp;\ufffd\ufffd</group>');
    expect(text).toContain('<summary rows="1" isCut="false"><count of="Critical">1</count></summary>');
    for (const kind of reportKinds) {
      const empty = startReport(kind, sourceWith([]), { now, period, mostRows: 1 });
      expect(await textOf(empty, 'xml'), kind.id).toMatch(/<summary rows="0"/);
    }
  });

  it('as JSON is whole also without rows', async () => {
    expect(JSON.parse(await textOf(reportOf([]), 'json'))).toMatchObject({ rows: [], rowCount: 0, summary: [] });
    const { rows, columns } = JSON.parse(await textOf(reportOf([nasty, nasty]), 'json'));
    expect(rows[1][columns.indexOf('Last seen')]).toBe('2026-03-04T05:00:00.000Z');
  });

  describe('as PDF', () => {
    it('has every object where its table says, and a header on each page', async () => {
      const devices = Array.from({ length: 200 }, (_, at) => aDevice({ name: `pc-(${at})\\` }));
      const text = await textOf(reportOf(devices), 'pdf');
      const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
      expect(text.slice(start, start + 4)).toBe('xref');
      const size = Number(/\/Size (\d+)/.exec(text)?.[1]);
      const places = [...text.slice(start).matchAll(/^(\d{10}) 00000 n /gm)].map(([, place]) => Number(place));
      expect(places).toHaveLength(size - 1);
      for (const [at, place] of places.entries()) expect(text.slice(place)).toMatch(new RegExp(`^${at + 1} 0 obj\n`));
      const pages = Number(/\/Count (\d+)/.exec(text)?.[1]);
      expect(pages).toBeGreaterThan(5);
      expect(text.split('(Real-').length - 1).toBe(pages);
      for (const [, length = '', stream = ''] of text.matchAll(
        /<< \/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g,
      )) {
        expect(stream.length).toBe(Number(length));
      }
      expect(text).toContain('(pc-\\(0\\)\\\\)');
    });

    it('says how many characters its font lacks, and has those that it has', async () => {
      const text = await textOf(reportOf([aDevice({ name: 'Küche – €', tenantName: 'Ąžuolas Ёлка' })]), 'pdf');
      expect(text).toContain('(K\xfcche \x96 \x80)');
      expect(text).toContain('5 characters that the font of this file lacks');
      expect(await textOf(reportOf([aDevice({})]), 'pdf')).not.toContain('lacks');
    });
  });
});
