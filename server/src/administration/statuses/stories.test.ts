import type { ConditionSetting, ConditionSettings, Device, DeviceFacts, StatusPreview } from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { conditions } from './index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const level = (enabled: boolean, value: number | string | null = null, choices: string[] = []) => ({
  enabled,
  value,
  choices,
});
/** Critical alone, with a value. */
const critical = (value: number | string | null = null, choices: string[] = []): ConditionSetting => ({
  critical: level(true, value, choices),
  warning: level(false, null, []),
  locked: false,
});
const offAtAll: ConditionSetting = { critical: level(false), warning: level(false), locked: false };

describeOnBothEngines('device statuses', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let tenantId: string;
  let managed: number;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
    tenantId = (await msp.addTenant('Northwind Dental')).id;
    managed = (await msp.administration.groupsOf(tenantId).fixed('managed')).id;
  });
  afterAll(() => msp.stop());

  let made = 0;
  const aGroup = async (parentId = managed): Promise<number> => {
    made += 1;
    const added = await msp.call('POST', `/api/tenants/${tenantId}/groups`, { body: { name: `g${made}`, parentId } });
    return added.body.id;
  };
  const path = (groupId: number) => `/api/tenants/${tenantId}/groups/${groupId}/status-settings`;
  const put = (groupId: number, settings: Record<string, ConditionSetting | null>) =>
    msp.call('PUT', path(groupId), {
      body: { changes: Object.entries(settings).map(([condition, setting]) => ({ condition, setting })) },
    });
  const settingIn = async (groupId: number, key: string): Promise<ConditionSettings> =>
    (await msp.call('GET', path(groupId))).body.conditions.find((one: ConditionSettings) => one.key === key);
  const previewOf = async (groupId: number, settings: Record<string, ConditionSetting | null>) =>
    (
      await msp.call('POST', `${path(groupId)}/preview`, {
        body: { changes: Object.entries(settings).map(([condition, setting]) => ({ condition, setting })) },
      })
    ).body as StatusPreview;
  const aDevice = async (groupId: number) => {
    made += 1;
    return msp.enrol(`pc-${made}`, { tenantId, groupId });
  };
  type OurDevice = Awaited<ReturnType<typeof aDevice>>;
  const protectedFacts = (): DeviceFacts => ({
    securityApplication: { product: 'clamav', name: 'ClamAV', version: '1.4', running: true, rtpState: 4 },
    databases: { releasedAt: msp.clock().toISOString(), records: 10 },
    lastScanAt: msp.clock().toISOString(),
  });
  /** As the console shows it, when all is up to date. */
  const statusOf = async (device: OurDevice): Promise<Device> => {
    await msp.settle();
    return device.shown();
  };
  const levelOf = async (device: OurDevice, condition: string) =>
    (await statusOf(device)).reasons.find((reason) => reason.condition === condition)?.level ?? 'ok';
  /** In sight, as an agent that tells its facts. */
  const stays = (device: OurDevice, facts: DeviceFacts = {}) => device.reports(facts);
  const ago = (ms: number) => new Date(msp.clock().getTime() - ms).toISOString();

  interface Story {
    /** How it comes to hold for a device that nothing was wrong with, and since when it is old enough. */
    raise: (device: OurDevice) => Promise<unknown>;
    clear: (device: OurDevice) => Promise<unknown>;
    /** The default, without settings. */
    byDefault: 'ok' | 'warning' | 'critical';
    /** How to set it so that it is Critical. */
    asCritical: ConditionSetting;
    needsSight?: boolean;
    minDays?: number;
  }
  const tells = (raised: () => DeviceFacts, cleared: () => DeviceFacts): Pick<Story, 'raise' | 'clear'> => ({
    raise: (device) => device.reports(raised()),
    clear: (device) => device.reports(cleared()),
  });
  const app = (change: object): DeviceFacts => ({
    securityApplication: { product: 'clamav', name: 'ClamAV', version: '1', running: true, rtpState: 4, ...change },
  });
  const found = { type: 'GNRL_EV_VIRUS_FOUND', params: { '2': '/x', '5': 'Eicar', '6': 'u' } };
  const licence = (ms: number | null) => (device: OurDevice) =>
    msp.administration
      .deviceStatuses()
      .saveLicenseEnds([{ deviceId: device.id, expiresAt: ms === null ? null : new Date(msp.clock().getTime() + ms) }]);
  const incidents = (unprocessed: number) => (device: OurDevice) =>
    msp.administration.deviceStatuses().saveIncidentCounts([{ deviceId: device.id, unprocessed }]);

  const stories: Record<string, Story> = {
    activeThreats: {
      raise: (device) => device.sends(found),
      clear: (device) => device.sends({ ...found, type: 'GNRL_EV_OBJECT_DELETED' }),
      byDefault: 'critical',
      asCritical: critical(0),
    },
    tooManyViruses: {
      raise: (device) => device.sends(found, found, found),
      clear: (device) => msp.call('POST', `/api/devices/${device.id}/reset-virus-counter`),
      byDefault: 'ok',
      asCritical: critical(2),
    },
    protectionDisabled: {
      ...tells(
        () => app({ rtpState: 1 }),
        () => app({}),
      ),
      byDefault: 'critical',
      asCritical: critical(0),
      needsSight: true,
    },
    securityAppNotInstalled: {
      ...tells(() => ({ securityApplication: null }), protectedFacts),
      byDefault: 'critical',
      asCritical: critical(),
    },
    securityAppNotRunning: {
      ...tells(
        () => app({ running: false }),
        () => app({}),
      ),
      byDefault: 'critical',
      asCritical: critical(),
      needsSight: true,
    },
    rtpLevelDiffers: {
      ...tells(
        () => app({ rtpState: 2 }),
        () => app({}),
      ),
      byDefault: 'ok',
      asCritical: critical('running'),
      needsSight: true,
    },
    statusByApplication: {
      ...tells(
        () => ({ applicationStatus: { level: 'critical', text: 'Broken' } }),
        () => ({ applicationStatus: null }),
      ),
      byDefault: 'critical',
      asCritical: critical(),
    },
    unmanaged: {
      // The agent is heard again and again, and tells nothing.
      raise: async (device) => {
        for (let minute = 0; minute < 6; minute += 1) {
          await device.agent('GET', '/agent/v1/commands?waitSeconds=0');
          msp.advance(MINUTE_MS);
        }
      },
      clear: stays,
      byDefault: 'critical',
      asCritical: critical(),
      needsSight: true,
    },
    databasesOutdated: {
      ...tells(() => ({ databases: { releasedAt: ago(4 * DAY_MS), records: 1 } }), protectedFacts),
      byDefault: 'warning',
      asCritical: critical(3),
      needsSight: true,
      minDays: 1,
    },
    scanNotPerformed: {
      ...tells(() => ({ lastScanAt: ago(8 * DAY_MS) }), protectedFacts),
      byDefault: 'warning',
      asCritical: critical(7),
      needsSight: true,
      minDays: 7,
    },
    notConnected: {
      raise: async () => msp.advance(15 * DAY_MS),
      clear: stays,
      byDefault: 'warning',
      asCritical: critical(14),
    },
    licenseExpired: {
      raise: licence(-1),
      clear: licence(null),
      byDefault: 'critical',
      asCritical: critical(),
      needsSight: true,
    },
    licenseExpiresSoon: {
      raise: licence(10 * DAY_MS),
      clear: licence(100 * DAY_MS),
      byDefault: 'warning',
      asCritical: critical(14),
      needsSight: true,
    },
    vulnerabilities: {
      ...tells(
        () => ({ vulnerabilities: { checkedAt: ago(0), counts: { critical: 2, high: 0, medium: 0 }, items: [] } }),
        () => ({ vulnerabilities: { checkedAt: ago(0), counts: { critical: 0, high: 9, medium: 9 }, items: [] } }),
      ),
      byDefault: 'warning',
      asCritical: critical('critical', ['ignore-unfixable']),
      needsSight: true,
    },
    unprocessedIncidents: { raise: incidents(1), clear: incidents(0), byDefault: 'warning', asCritical: critical() },
    encryptionStatus: {
      ...tells(
        () => ({ encryption: { systemVolumeEncrypted: false, method: null, result: 'error' } }),
        () => ({ encryption: { systemVolumeEncrypted: true, method: 'LUKS2', result: null } }),
      ),
      byDefault: 'warning',
      asCritical: critical(null, ['error', 'no-policy']),
    },
    incompatibleApps: {
      ...tells(
        () => ({ incompatibleApplications: [{ name: 'Old Guard', version: '1' }] }),
        () => ({ incompatibleApplications: [] }),
      ),
      byDefault: 'warning',
      asCritical: critical(),
      needsSight: true,
    },
    restartRequired: {
      ...tells(
        () => ({ restart: { required: true, since: ago(2 * DAY_MS), reasons: ['linux-image-6.1'] } }),
        () => ({ restart: { required: false, since: null, reasons: [] } }),
      ),
      byDefault: 'warning',
      asCritical: critical(60, ['kernel']),
      needsSight: true,
    },
    windowsUpdateCheckOld: {
      ...tells(
        () => ({ updatesSearchedAt: ago(15 * DAY_MS) }),
        () => ({ updatesSearchedAt: ago(0) }),
      ),
      byDefault: 'warning',
      asCritical: critical(14),
      needsSight: true,
    },
    outOfDiskSpace: {
      ...tells(
        () => ({ disks: [{ mount: '/', sizeBytes: 9e9, freeBytes: 100e6, isSystem: true }] }),
        () => ({ disks: [{ mount: '/', sizeBytes: 9e9, freeBytes: 5e9, isSystem: true }] }),
      ),
      byDefault: 'warning',
      asCritical: critical(500),
    },
    mobileNotCompliant: {
      ...tells(
        () => ({ mobileCompliant: false }),
        () => ({ mobileCompliant: true }),
      ),
      byDefault: 'warning',
      asCritical: critical(),
    },
  };

  test('every condition has its story', () => {
    expect(Object.keys(stories).sort()).toEqual(conditions.map(({ key }) => key).sort());
  });

  describe.each(Object.entries(stories))('%s', (key, story) => {
    it('is raised and cleared, inherited, overridden, locked by the parent, and keeps what it needs of a device', async () => {
      const parent = await aGroup();
      const child = await aGroup(parent);
      const device = await aDevice(child);
      await device.reports(protectedFacts());
      expect(await levelOf(device, key)).toBe('ok');

      // Not before the device is old enough.
      if (story.minDays) {
        await story.raise(device);
        expect(await levelOf(device, key)).toBe('ok');
        msp.advance(story.minDays * DAY_MS + HOUR_MS);
        await device.reports(protectedFacts());
      }
      await story.raise(device);
      expect(await levelOf(device, key)).toBe(story.byDefault);

      // Another level by the parent's setting; the own one of the child wins; the parent's lock wins over that.
      expect((await put(parent, { [key]: story.asCritical })).status).toBe(200);
      expect(await levelOf(device, key)).toBe('critical');
      const raised = (await device.shown()) as Device;
      expect(raised).toMatchObject({ status: 'critical', noLongerSeen: false });
      expect(raised.reasons.find(({ condition }) => condition === key)?.rule).toMatchObject({ groupId: parent });
      expect(await settingIn(child, key)).toMatchObject({
        own: false,
        inheritedFrom: { groupId: parent },
        lockedBy: null,
      });
      expect((await put(child, { [key]: offAtAll })).status).toBe(200);
      expect(await levelOf(device, key)).toBe('ok');
      expect(await settingIn(child, key)).toMatchObject({ own: true, inheritedFrom: null });
      await put(parent, { [key]: { ...story.asCritical, locked: true } });
      expect(await levelOf(device, key)).toBe('critical');
      expect(await settingIn(child, key)).toMatchObject({ own: false, lockedBy: { groupId: parent } });
      const refused = await put(child, { [key]: offAtAll });
      expect([refused.status, refused.body.code]).toEqual([409, 'status-settings.locked']);

      // Out of sight: it does not count any more, but nothing says that it was mended.
      if (story.needsSight) {
        msp.advance(2 * HOUR_MS + MINUTE_MS);
        expect(await levelOf(device, key)).toBe('ok');
        const gone = (await device.shown()) as Device;
        expect(gone).toMatchObject({ visible: false, noLongerSeen: true });
        expect(gone.unseenReasons.map(({ condition }) => condition)).toContain(key);
        if (key === 'unmanaged') await story.raise(device);
        else await device.agent('GET', '/agent/v1/commands?waitSeconds=0');
        expect(await levelOf(device, key)).toBe('critical');
        expect(await device.shown()).toMatchObject({ noLongerSeen: false, unseenReasons: [] });
      }

      await story.clear(device);
      expect(await levelOf(device, key)).toBe('ok');
      await put(parent, { [key]: null });
      await msp.call('DELETE', `/api/devices/${device.id}`);
    });
  });

  it('a restart that becomes too old, a licence that ends, and a device that is forgotten: time alone changes it', async () => {
    const device = await aDevice(managed);
    await device.reports({ ...protectedFacts(), restart: { required: true, since: ago(0), reasons: [] } });
    await licence(13 * DAY_MS)(device);
    const now = () => statusOf(device).then(({ reasons }) => reasons.map(({ condition }) => condition).sort());
    expect(await now()).toEqual(['licenseExpiresSoon']);
    msp.advance(25 * HOUR_MS);
    await stays(device, protectedFacts());
    expect(await now()).toEqual(['licenseExpiresSoon', 'restartRequired']);
    msp.advance(13 * DAY_MS);
    await stays(device, protectedFacts());
    expect(await now()).toEqual(['licenseExpired', 'restartRequired']);
    msp.advance(31 * DAY_MS);
    expect(await now()).toEqual(['notConnected']);
  });

  it('previews say how many devices a change moves, and change nothing', async () => {
    const parent = await aGroup();
    const [one, other] = [await aDevice(parent), await aDevice(await aGroup(parent))];
    for (const device of [one, other]) await device.reports(protectedFacts());
    await one.reports({ databases: { releasedAt: ago(5 * DAY_MS), records: 1 } });
    msp.advance(DAY_MS + HOUR_MS);
    for (const device of [one, other]) await device.reports({ lastScanAt: ago(0) });
    await other.reports(protectedFacts());
    expect([(await statusOf(one)).status, (await statusOf(other)).status]).toEqual(['warning', 'ok']);

    const grave = await previewOf(parent, { databasesOutdated: critical(1), notConnected: offAtAll });
    expect(grave).toMatchObject({
      devices: 2,
      moves: [{ from: 'warning', to: 'critical', devices: 1 }],
      worse: 1,
      better: 0,
      examples: [{ id: one.id, from: 'warning', to: 'critical' }],
    });
    expect(await previewOf(parent, { databasesOutdated: offAtAll })).toMatchObject({
      moves: [{ from: 'warning', to: 'ok', devices: 1 }],
      worse: 0,
      better: 1,
    });
    expect(await previewOf(parent, { databasesOutdated: null })).toMatchObject({ devices: 2, moves: [] });
    expect((await statusOf(one)).status).toBe('warning');

    await put(parent, { databasesOutdated: critical(1), notConnected: offAtAll });
    expect((await statusOf(one)).status).toBe('critical');
    const history = await msp.call('GET', `/api/revisions?kind=device-status-settings&objectId=${parent}`);
    expect(history.body.items.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
  });

  it('several settings are saved together or not at all', async () => {
    const group = await aGroup();
    const refused = await put(group, { databasesOutdated: critical(5), tooManyViruses: critical(-1) });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'status-setting.bad-value', issues: [{ where: 'body.changes[1].setting.critical.value' }] },
    });
    expect((await settingIn(group, 'databasesOutdated')).own).toBe(false);
    const unknown = await put(group, { databasesOutdated: critical(5), nothing: null });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'status condition.not-found'.replace(' ', '-')]);
    expect((await put(group, { databasesOutdated: critical(5), tooManyViruses: critical(9) })).status).toBe(200);
    expect(await settingIn(group, 'tooManyViruses')).toMatchObject({ own: true, setting: critical(9) });
  });

  it('the catalogue says of each condition what can be set, and how it is known', async () => {
    const { items } = (await msp.call('GET', '/api/status-conditions')).body as { items: ConditionSettings[] };
    expect(items).toHaveLength(21);
    for (const item of items) {
      expect(item.knownBy.length).toBeGreaterThan(20);
      expect(item.comparison).toBe(item.number ? item.comparison : 'is');
      expect([item.number, item.choice].filter(Boolean).length).toBeLessThan(2);
    }
    expect(items.find(({ key }) => key === 'licenseExpiresSoon')?.comparison).toBe('below');
  });

  it('a device that moves to another group has that group’s rules at once, as has a group that moves', async () => {
    const strict = await aGroup();
    const mild = await aGroup();
    const below = await aGroup(mild);
    await put(strict, { unprocessedIncidents: critical() });
    const device = await aDevice(below);
    await device.reports(protectedFacts());
    await incidents(2)(device);
    expect(await levelOf(device, 'unprocessedIncidents')).toBe('warning');
    await msp.call('PATCH', `/api/tenants/${tenantId}/groups/${below}`, { body: { parentId: strict } });
    expect(await levelOf(device, 'unprocessedIncidents')).toBe('critical');
    await msp.call('PATCH', `/api/devices/${device.id}`, { body: { groupId: mild } });
    expect(await levelOf(device, 'unprocessedIncidents')).toBe('warning');
  });

  it('a report that says nothing new leaves the status alone, and so does the clock', async () => {
    const device = await aDevice(managed);
    const facts = protectedFacts();
    await device.reports(facts);
    await msp.settle();
    await device.reports(facts);
    const due = await database.executeSql('select count(*) as n from administration.device where status_due');
    expect(Number(due.rows[0]?.n)).toBe(0);
    await msp.sweep();
    msp.changes.length = 0;
    await msp.sweep();
    expect(msp.changes).toEqual([]);
  });
});
