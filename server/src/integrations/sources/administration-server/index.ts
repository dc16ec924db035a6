/**
 * An Administration Server as a source, read through the documented methods of the KSC Open API only, so that a real
 * Kaspersky Security Center serves as well as our own server. Owns no table.
 */
import { type KscClient, openKscClient, type ToldCall } from '@gatehouse/protocols/ksc-open-api';
import type { TraceLine } from '../../../platform/trace/index.ts';
import type { SourceAccess } from '../access.ts';
import type { Source, SourceEvent, SourceTenant, TenantReading } from '../source.ts';
import { connectionOf } from './connect.ts';
import { explained } from './explain.ts';
import { readGroups } from './groups.ts';
import { readLicenses } from './licenses.ts';
import { eventPages } from './read-events.ts';
import { deviceOf, eventIdOf, eventOf, hostFields, MAIN_SERVER, tenantOf } from './rows.ts';

export { type TryOut, tryOut } from './try-out.ts';

const readingOf = (client: KscClient, signal: AbortSignal | undefined): TenantReading => ({
  async devices() {
    const devices = [];
    for await (const row of client.findHosts({ fields: hostFields, isCurrentServerOnly: true }, { signal })) {
      const device = deviceOf(row);
      if (device) devices.push(device);
    }
    return devices;
  },
  groups: () => readGroups(client, signal),
  licenses: () => readLicenses(client, signal),
  async *events(after, firstDays) {
    let highest = after ?? 0;
    for await (const rows of eventPages(client, { after, firstDays, signal })) {
      const page = rows
        .map(eventOf)
        .filter((event): event is SourceEvent => event !== null && event.eventId > highest)
        .sort((a, b) => a.eventId - b.eventId);
      highest = Math.max(highest, ...rows.map((row) => eventIdOf(row) ?? 0));
      if (page.length > 0) yield page;
    }
  },
});

/** @param around `signal` ends a reading that runs, when the program stops; `trace` is told each call */
export const administrationServer = (
  access: SourceAccess,
  { signal, trace }: { signal?: AbortSignal | undefined; trace?: TraceLine | undefined } = {},
): Source => {
  const onCall = (told: ToldCall): void =>
    trace?.(() => ({
      to: 'Administration Server',
      ...told,
      ...(told.error === undefined ? {} : { error: String(told.error) }),
    }));
  const withClient = async <T>(virtualServer: string, work: (client: KscClient) => Promise<T>): Promise<T> => {
    let client: KscClient | undefined;
    try {
      client = openKscClient({ ...connectionOf(access), virtualServer, onCall });
      return await work(client);
    } catch (error) {
      throw explained(error, { url: access.url, isPinned: access.certificateFingerprint !== null });
    } finally {
      await client?.close();
    }
  };

  return {
    tenants: () =>
      withClient('', async (client) => {
        const tenants = (await client.vServers.getVServers(undefined, { signal }))
          .map(tenantOf)
          .filter((tenant): tenant is SourceTenant => tenant !== null);
        const own = await client.hostGroup.findHosts(
          { fields: ['KLHST_WKS_HOSTNAME'], isCurrentServerOnly: true },
          { signal },
        );
        await client.chunkAccessor.release(own.accessor);
        if (own.count > 0) tenants.unshift({ tenantId: MAIN_SERVER, name: 'Main server', uid: null });
        return tenants;
      }),
    inTenant: ({ tenantId, name }, read) =>
      withClient(tenantId === MAIN_SERVER ? '' : name, (client) => read(readingOf(client, signal))),
  };
};
