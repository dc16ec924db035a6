import { dateTime, isParams, type Params, type ParamValue, readArguments } from '@gatehouse/protocols/ksc-open-api';
import type { DeviceFilter } from '../devices/index.ts';
import { readContext } from './context.ts';
import { seenKeys } from './license-attributes.ts';
import type { Call } from './method.ts';

const DAY_MS = 86_400_000;
/** Events of the server itself count as news for so long. */
const NEWS_MS = DAY_MS;
/** Licence keys that end within so many days are told. */
const SOON_DAYS = 30;
const VIRUS_FOUND = 'GNRL_EV_VIRUS_FOUND';
const MOST_DASHBOARDS = 20;
const BUCKETS = 12;

/** `KLSTS_Par_Status`. */
const levels = { ok: 0, info: 1, warning: 2, critical: 3 } as const;
type Level = keyof typeof levels;

/** One thing that may be wrong: its bit in the mask of reasons, how bad it is, whether it holds. */
interface Reason {
  bit: number;
  level: Exclude<Level, 'ok'>;
  holds: boolean;
}

const section = (reasons: readonly Reason[], counters: Readonly<Record<string, ParamValue>>): Params => {
  const held = reasons.filter(({ holds }) => holds);
  return {
    KLSTS_Par_Status: Math.max(0, ...held.map(({ level }) => levels[level])),
    KLSTS_Par_StatusReasonMask: held.reduce((mask, { bit }) => mask | bit, 0),
    ...Object.fromEntries(Object.entries(counters).map(([name, value]) => [`KLSTS_Par_${name}`, value])),
  };
};

/** What several sections count, read once for all of them. */
const readFigures = async (call: Call) => {
  const { administration, login } = call;
  const scope = login.scope(true);
  const lists = administration.listsOf(scope);
  const context = await readContext(call, scope);
  const unassigned = (yes: boolean) => ({ unassigned: { yes, groupIds: context.unassignedGroupIds } });
  const count = (filter: DeviceFilter) => lists.count(filter);
  const byCondition = await lists.countsByCondition();
  return {
    context,
    count,
    unassigned,
    /** Hosts for which a status condition holds, and how bad the worst of them is. */
    condition: (key: string): { hosts: number; level: 'warning' | 'critical' } => {
      const found = byCondition.filter(({ condition }) => condition === key);
      return {
        hosts: found.reduce((sum, { devices }) => sum + devices, 0),
        level: found.some(({ level }) => level === 'critical') ? 'critical' : 'warning',
      };
    },
  };
};
type Figures = Awaited<ReturnType<typeof readFigures>>;

const ofCondition = (figures: Figures, key: string, bit: number): Reason => {
  const { hosts, level } = figures.condition(key);
  return { bit, level, holds: hosts > 0 };
};

const deployment = async (call: Call, figures: Figures): Promise<Params> => {
  const { count, unassigned } = figures;
  const inGroups = await count(unassigned(false));
  const protectedHosts = await count({ ...unassigned(false), securityInstalled: true });
  const used = (await seenKeys(call)).filter(({ key, counts }) => key.expiresAt !== null && counts.used > 0);
  const daysLeft = (expiresAt: Date | null) => Math.floor(((expiresAt?.getTime() ?? 0) - call.nowMs) / DAY_MS);
  const expired = used.filter(({ key }) => daysLeft(key.expiresAt) < 0);
  const expiring = used
    .filter(({ key }) => daysLeft(key.expiresAt) >= 0 && daysLeft(key.expiresAt) < SOON_DAYS)
    .sort((a, b) => (a.key.expiresAt?.getTime() ?? 0) - (b.key.expiresAt?.getTime() ?? 0));
  const hostsOf = (keys: typeof used) => keys.reduce((sum, { counts }) => sum + counts.used, 0);
  return section(
    [
      { bit: 1, level: 'warning', holds: protectedHosts < inGroups },
      { bit: 16, level: 'warning', holds: expiring.length > 0 },
      { bit: 32, level: 'critical', holds: expired.length > 0 },
    ],
    {
      Dpl_HostsInGroups: inGroups,
      Dpl_HostsWithAVP: protectedHosts,
      // This server installs nothing from afar by a task of its own.
      ...{ Dpl_RITaskName: '', Dpl_RITaskPercent: 0, Dpl_RITaskFailedCnt: 0, Dpl_RITaskOkCnt: 0 },
      Dpl_RITaskNeedRbtCnt: 0,
      Dpl_LicExparingSerial: expiring[0]?.key.serialNumber ?? '',
      Dpl_LicExparingCnt: hostsOf(expiring),
      Dpl_LicExparingDays: expiring[0] ? daysLeft(expiring[0].key.expiresAt) : 0,
      Dpl_LicExparedSerial: expired[0]?.key.serialNumber ?? '',
      Dpl_LicExparedCnt: hostsOf(expired),
    },
  );
};

const updates = (_call: Call, figures: Figures): Params =>
  section([ofCondition(figures, 'databasesOutdated', 2)], {
    // Devices fetch their databases themselves: the server has none that could be old.
    Upd_LastSrvUpdateTime: dateTime(null),
    Upd_NotUpdatesCnt: figures.condition('databasesOutdated').hosts,
    Upd_SrvCompletedPercent: 0,
  });

const protection = (_call: Call, figures: Figures): Params => {
  const rows = [
    ['Prt_AvpNotRunningCnt', 'securityAppNotRunning', 1],
    ['Prt_RtpNotRunningCnt', 'protectionDisabled', 2],
    ['Prt_RtpLevelChangedCnt', 'rtpLevelDiffers', 4],
    ['Prt_NoncuresHstCnt', 'activeThreats', 8],
    ['Prt_TooManyThreadsCnt', 'tooManyViruses', 16],
    ['Prt_VulnerabileHostsCnt', 'vulnerabilities', 64],
    ['Prt_NotScannedLatelyCnt', 'scanNotPerformed', 512],
  ] as const;
  return section(
    [
      ...rows.map(([, condition, bit]) => ofCondition(figures, condition, bit)),
      ofCondition(figures, 'encryptionStatus', 128),
    ],
    Object.fromEntries(rows.map(([name, condition]) => [name, figures.condition(condition).hosts])),
  );
};

const fullScan = (_call: Call, figures: Figures): Params =>
  section([ofCondition(figures, 'scanNotPerformed', 1)], {
    Scn_NotScannedLatelyCnt: figures.condition('scanNotPerformed').hosts,
  });

const administrationSection = async (_call: Call, figures: Figures): Promise<Params> => {
  const { count, unassigned, context } = figures;
  const agentsInUnassigned = await count({ ...unassigned(true), agentInstalled: true });
  return section(
    [
      ofCondition(figures, 'notConnected', 1),
      ofCondition(figures, 'unmanaged', 2),
      { bit: 4, level: 'warning', holds: (await count({ sameName: true })) > 0 },
      { bit: 8, level: 'warning', holds: agentsInUnassigned > 0 },
    ],
    {
      Adm_FoundHstCnt: await count(unassigned(true)),
      Adm_GrpHstCnt: await count(unassigned(false)),
      Adm_GrpCnt: [...context.groups.values()].filter(({ id }) => !context.unassignedGroupIds.includes(id)).length,
      Adm_NotConnectedLongTimeCnt: figures.condition('notConnected').hosts,
      Adm_ControlLostCnt: figures.condition('unmanaged').hosts,
      Adm_NagInUnassigned: agentsInUnassigned,
    },
  );
};

/** Events of the server itself of the last day. */
const eventsSection = async (call: Call, figures: Figures): Promise<Params> => {
  const { administration, login, now, nowMs } = call;
  const store = administration.eventsOf(login.scope(true));
  const ofServer = (severity: number) =>
    store.count(
      [
        {
          sql: `device_id = '' and severity = {severity: UInt8} and rise_time >= fromUnixTimestamp64Milli({since: Int64})`,
          params: { severity, since: nowMs - NEWS_MS },
        },
      ],
      now,
    );
  const [critical, errors] = [await ofServer(4), await ofServer(3)];
  const obsolete = figures.condition('windowsUpdateCheckOld');
  const badByOther = figures.condition('statusByApplication');
  return section(
    [
      { bit: 1, level: 'critical', holds: critical > 0 },
      { bit: 8, level: 'warning', holds: errors > 0 },
      { bit: 16, level: obsolete.level, holds: obsolete.hosts > 0 },
      { bit: 64, level: badByOther.level, holds: badByOther.hosts > 0 },
    ],
    {
      Ev_CriticalSrvEventsCnt: critical,
      Ev_FailedSrvTskName: '',
      Ev_UserRequestsCnt: 0,
      Ev_ErrorSrvEventsCnt: errors,
      Ev_WuaDataObsoleteCnt: obsolete.hosts,
      Ev_BadStatusHostsCnt: badByOther.hosts,
    },
  );
};

/** Hosts by the age of their databases: of today, up to one, three and seven days, and older. */
const databaseAges = async ({ nowMs }: Call, { count }: Figures): Promise<Params> => {
  const between = (fromDays: number, toDays: number | null) =>
    count({
      securityInstalled: true,
      databases: {
        kind: 'between',
        from: toDays === null ? null : new Date(nowMs - toDays * DAY_MS),
        to: fromDays === 0 ? null : new Date(nowMs - fromDays * DAY_MS),
      },
    });
  return {
    nCountActual: await between(0, 1),
    nCountDay: await between(1, 3),
    nCount3Days: await between(3, 7),
    nCount7Days: await between(7, 14),
    nCountOld: await between(14, null),
  };
};

/** Detections over a time, in equal pieces up to now. */
const virusActivity = async ({ administration, login, now, nowMs }: Call, periodSeconds: number): Promise<Params> => {
  const store = administration.eventsOf(login.scope(true));
  const pieceMs = (periodSeconds * 1000) / BUCKETS;
  const data: Params[] = [];
  for (let piece = 0; piece < BUCKETS; piece += 1) {
    const from = nowMs - (BUCKETS - piece) * pieceMs;
    const nCount = await store.count(
      [
        {
          sql: `type = '${VIRUS_FOUND}' and rise_time >= fromUnixTimestamp64Milli({from: Int64})
            and rise_time < fromUnixTimestamp64Milli({to: Int64})`,
          params: { from: Math.floor(from), to: Math.floor(from + pieceMs) },
        },
      ],
      now,
    );
    data.push({ nCount, tmFinish: dateTime(new Date(from + pieceMs)) });
  }
  return { DSHT_DATA: data };
};

const DATABASE_AGE = 22;
const VIRUS_ACTIVITY = 2;
const USUAL_PERIOD_SECONDS = 7 * 86_400;

const dashboards = async (call: Call, figures: Figures, wanted: Params): Promise<Params> => {
  const found: Record<string, Params> = {};
  for (const [id, asked] of Object.entries(wanted).slice(0, MOST_DASHBOARDS)) {
    if (!isParams(asked)) continue;
    const read = readArguments(asked);
    const type = read.int('KLRPT_DSH_TYPE');
    const period = read.long('KLPPT_StatPeriodInSec') ?? 0;
    if (type === DATABASE_AGE) found[id] = await databaseAges(call, figures);
    if (type === VIRUS_ACTIVITY) {
      found[id] = await virusActivity(call, period > 0 ? Math.min(period, 366 * 86_400) : USUAL_PERIOD_SECONDS);
    }
  }
  return found;
};

const sections: Readonly<Record<string, (call: Call, figures: Figures) => Promise<Params> | Params>> = {
  KLSTS_Deployment: deployment,
  KLSTS_Updates: updates,
  KLSTS_Protection: protection,
  KLSTS_FullScan: fullScan,
  KLSTS_Administration: administrationSection,
  KLSTS_Events: eventsSection,
};

/**
 * General statuses and dashboards of the login's server (KSCAPI 16 a00047): the parts that are asked for and known. What
 * is unknown is passed over, as a part that never gets ready.
 */
export const statisticsOf = async (call: Call, wanted: Params, signal: AbortSignal): Promise<Params> => {
  const figures = await readFigures(call);
  const result: Record<string, ParamValue> = {};
  for (const name of Object.keys(wanted)) {
    signal.throwIfAborted();
    const make = Object.hasOwn(sections, name) ? sections[name] : undefined;
    if (make) result[name] = await make(call, figures);
  }
  const asked = wanted.KLPPT_DASHBOARD;
  if (isParams(asked)) result.KLPPT_DASHBOARD = await dashboards(call, figures, asked);
  return result;
};
