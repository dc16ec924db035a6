import { type Kysely, sql } from 'kysely';
import type { DeviceTables } from './store.ts';

/** What became known about an object on a device. */
export type ThreatReport =
  | { deviceId: string; found: { uid: string; object: string; threatName: string; foundAt: Date } }
  /** Deleted, cured or moved away: by the detection's uid, or by the object where none is told. */
  | { deviceId: string; resolved: { uid: string } | { object: string } };

interface Threat {
  deviceId: string;
  uid: string;
  object: string;
  threatName: string;
  foundAt: Date;
}

/**
 * What is to be written after reports, told in their order.
 * @param lying what lies on the devices of all that the reports speak of, by uid or by object
 */
export const replayThreats = (lying: readonly Threat[], reports: readonly ThreatReport[]) => {
  const now = new Map<string, Map<string, Threat>>();
  const on = (deviceId: string) => {
    const threats = now.get(deviceId) ?? new Map<string, Threat>();
    now.set(deviceId, threats);
    return threats;
  };
  const before = new Map(lying.map((threat) => [`${threat.deviceId} ${threat.uid}`, threat]));
  for (const threat of lying) on(threat.deviceId).set(threat.uid, threat);
  const detections = new Map<string, number>();
  for (const report of reports) {
    const threats = on(report.deviceId);
    detections.set(report.deviceId, (detections.get(report.deviceId) ?? 0) + ('found' in report ? 1 : 0));
    if ('found' in report) {
      const known = threats.get(report.found.uid);
      // The same object under another name: a scanner with newer databases knows better what it is.
      threats.set(report.found.uid, {
        deviceId: report.deviceId,
        ...report.found,
        foundAt: known?.foundAt ?? report.found.foundAt,
      });
    } else if ('uid' in report.resolved) {
      threats.delete(report.resolved.uid);
    } else {
      for (const threat of threats.values()) if (threat.object === report.resolved.object) threats.delete(threat.uid);
    }
  }
  const after = [...now.values()].flatMap((threats) => [...threats.values()]);
  const stays = new Set(after.map(({ deviceId, uid }) => `${deviceId} ${uid}`));
  return {
    saved: after.filter((threat) => before.get(`${threat.deviceId} ${threat.uid}`) !== threat),
    gone: lying.filter(({ deviceId, uid }) => !stays.has(`${deviceId} ${uid}`)),
    devices: [...detections].map(([id, count]) => ({
      id,
      detections: count,
      /** By how many the active threats grew. */
      more: (now.get(id)?.size ?? 0) - lying.filter(({ deviceId }) => deviceId === id).length,
    })),
  };
};

/** Objects on devices that were found and not yet dealt with, many at once. */
export const threatStore = (db: Kysely<DeviceTables>) => ({
  /**
   * Applies reports in their order, and marks the devices as due. Reports of a device that was deleted meanwhile are
   * passed over. To be called inside the transaction that moves the reader's cursor: detections count once each.
   */
  apply: async (all: readonly ThreatReport[]): Promise<void> => {
    if (all.length === 0) return;
    const asked = [...new Set(all.map(({ deviceId }) => deviceId))];
    const known = new Set(
      (await db.selectFrom('device').select('id').where('id', 'in', asked).forUpdate().execute()).map(({ id }) => id),
    );
    const reports = all.filter(({ deviceId }) => known.has(deviceId));
    if (reports.length === 0) return;
    const uids = reports.flatMap((report) =>
      'found' in report ? [report.found.uid] : 'uid' in report.resolved ? [report.resolved.uid] : [],
    );
    const objects = reports.flatMap((report) =>
      'resolved' in report && 'object' in report.resolved ? [report.resolved.object] : [],
    );
    const lying = (
      await db
        .selectFrom('active_threat')
        .selectAll()
        .where('device_id', 'in', [...known])
        .where(sql<boolean>`(uid = any(${uids}::text[]) or object = any(${objects}::text[]))`)
        .execute()
    ).map((row) => ({
      deviceId: row.device_id,
      uid: row.uid,
      object: row.object,
      threatName: row.threat_name,
      foundAt: row.found_at,
    }));
    const { saved, gone, devices } = replayThreats(lying, reports);
    if (saved.length > 0) {
      await db
        .insertInto('active_threat')
        .values(
          saved.map((threat) => ({
            device_id: threat.deviceId,
            uid: threat.uid,
            object: threat.object,
            threat_name: threat.threatName,
            found_at: threat.foundAt,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(['device_id', 'uid']).doUpdateSet({
            object: sql<string>`excluded.object`,
            threat_name: sql<string>`excluded.threat_name`,
          }),
        )
        .execute();
    }
    if (gone.length > 0) {
      await sql`
        delete from administration.active_threat using
          unnest(${gone.map(({ deviceId }) => deviceId)}::uuid[], ${gone.map(({ uid }) => uid)}::text[]) as gone (device_id, uid)
        where active_threat.device_id = gone.device_id and active_threat.uid = gone.uid`.execute(db);
    }
    await sql`
      update administration.device set
        virus_count = virus_count + told.detections,
        active_threats = greatest(0, active_threats + told.more),
        status_due = true
      from unnest(${devices.map(({ id }) => id)}::uuid[], ${devices.map((device) => device.detections)}::int[],
        ${devices.map(({ more }) => more)}::int[]) as told (id, detections, more)
      where device.id = told.id`.execute(db);
  },
});
