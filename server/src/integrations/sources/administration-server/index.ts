/**
 * An Administration Server as a source, read through the documented methods of the KSC Open API only, so that a real
 * Kaspersky Security Center serves as well as our own server. Owns no table.
 */
import {
  BadFormat,
  CertificateMismatch,
  IncompleteRead,
  type KscClient,
  KscUnreachable,
  LoginFailed,
  NotOpenApi,
  openKscClient,
  PxgError,
  pxgCodes,
} from '@gatehouse/protocols/ksc-open-api';
import { SourceRefused, SourceUnavailable } from '../errors.ts';
import type { Source, SourceEvent, SourceTenant, TenantReading } from '../source.ts';
import { eventPages } from './read-events.ts';
import { deviceOf, eventIdOf, eventOf, hostFields, MAIN_SERVER, tenantOf } from './rows.ts';

export interface AdministrationServerSettings {
  url: string;
  user: string;
  password: string;
  /** SHA-256 of the certificate in hex, colons allowed. */
  certificateFingerprint: string;
}

const explained = (error: unknown, url: string): unknown => {
  const options = { cause: error };
  if (error instanceof LoginFailed) {
    return new SourceRefused(
      'source.login-refused',
      `${url} refuses the login: check user and password. It says: ${error.serverText || error.httpStatus}`,
      options,
    );
  }
  if (error instanceof CertificateMismatch) {
    const shown = error.presentedSha256 ? ` It shows ${error.presentedSha256}.` : '';
    return new SourceRefused(
      'source.certificate-mismatch',
      `${url} shows another certificate than the one that was trusted; nothing was sent.${shown}`,
      options,
    );
  }
  if (error instanceof KscUnreachable || error instanceof IncompleteRead) {
    return new SourceUnavailable(`${url} cannot be read just now: ${error.message}`, options);
  }
  if (error instanceof NotOpenApi) {
    return new SourceRefused(
      'source.not-open-api',
      `${url} does not answer like an Administration Server: ${error.message}`,
      options,
    );
  }
  if (error instanceof PxgError) {
    if (error.code === pxgCodes.noAccess.code) {
      return new SourceRefused('source.right-missing', `The user lacks a right on ${url}: ${error.message}`, options);
    }
    return new SourceUnavailable(`${url} failed: ${error.message} (${error.code})`, options);
  }
  if (error instanceof BadFormat) {
    return new SourceUnavailable(`${url} sent something unreadable: ${error.message}`, options);
  }
  return error;
};

const readingOf = (client: KscClient, signal: AbortSignal | undefined): TenantReading => ({
  async devices() {
    const devices = [];
    for await (const row of client.findHosts({ fields: hostFields, isCurrentServerOnly: true }, { signal })) {
      const device = deviceOf(row);
      if (device) devices.push(device);
    }
    return devices;
  },
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

/** @param signal ends a reading that runs, when the program stops */
export const administrationServer = (settings: AdministrationServerSettings, signal?: AbortSignal): Source => {
  const withClient = async <T>(virtualServer: string, work: (client: KscClient) => Promise<T>): Promise<T> => {
    let client: KscClient | undefined;
    try {
      client = openKscClient({
        url: settings.url,
        trust: { sha256Fingerprint: settings.certificateFingerprint },
        credentials: { scheme: 'KSCBasic', user: settings.user, password: settings.password, internal: true },
        virtualServer,
      });
      return await work(client);
    } catch (error) {
      throw explained(error, settings.url);
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
