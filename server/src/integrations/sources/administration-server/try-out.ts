import type { ShownCertificate, SourceTestStep } from '@gatehouse/contract';
import {
  connectTrusted,
  type KscClient,
  LoginFailed,
  openKscClient,
  PxgError,
  parseServerUrl,
  presentedCertificate,
  pxgCodes,
} from '@gatehouse/protocols/ksc-open-api';
import { type SourceAccess, shownFingerprint } from '../access.ts';
import { SourceRefused, SourceUnavailable } from '../errors.ts';
import type { SourceTenant } from '../source.ts';
import { connectionOf, proxyOf, trustOf } from './connect.ts';
import { explained } from './explain.ts';
import { eventFields, MAIN_SERVER, tenantOf } from './rows.ts';

/** The most that one step may take. */
const STEP_MS = 15_000;

/** What came of trying a server. */
export interface TryOut {
  ok: boolean;
  steps: SourceTestStep[];
  certificate: ShownCertificate | null;
  tenants: SourceTenant[];
  /** What the last step failed with; null when all went well. */
  failure: SourceRefused | SourceUnavailable | null;
}

/** The readings that the Integration Service makes, each with the right that it needs on the server. */
const readings: { needs: string; read(client: KscClient): Promise<unknown> }[] = [
  {
    needs: 'reading devices',
    read: async (client) => {
      const { accessor } = await client.hostGroup.findHosts({ fields: ['KLHST_WKS_HOSTNAME'] });
      await client.chunkAccessor.release(accessor);
    },
  },
  {
    needs: 'reading events',
    read: async ({ eventProcessing, eventProcessingFactory }) => {
      const id = await eventProcessingFactory.createEventProcessing2({
        filter: { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 1 },
        fields: eventFields,
      });
      await eventProcessing.releaseIterator(id);
    },
  },
];

const lacksRight = (error: unknown): boolean =>
  error instanceof PxgError && (error.code === pxgCodes.noAccess.code || error.code === pxgCodes.notPermitted.code);

/** Address, certificate, login, rights, virtual servers: in this order, and no further than the first that fails. */
export const tryOut = async (
  access: SourceAccess,
  { timeoutMs = STEP_MS }: { timeoutMs?: number } = {},
): Promise<TryOut> => {
  const address = parseServerUrl(access.url);
  const proxy = proxyOf(access);
  const result: TryOut = { ok: false, steps: [], certificate: null, tenants: [], failure: null };

  const attempt = async (step: SourceTestStep['step'], work: () => Promise<string>): Promise<boolean> => {
    try {
      result.steps.push({ step, ok: true, code: null, message: await work() });
      return true;
    } catch (error) {
      const known = explained(error, {
        url: access.url,
        isPinned: access.certificateFingerprint !== null,
        presented: result.certificate?.fingerprint,
      });
      if (!(known instanceof SourceRefused) && !(known instanceof SourceUnavailable)) throw known;
      result.failure = known;
      result.steps.push({ step, ok: false, code: known.code, message: known.message });
      return false;
    }
  };

  const reached = await attempt('address', async () => {
    const shown = await presentedCertificate(address, { timeoutMs, proxy });
    result.certificate = {
      fingerprint: shownFingerprint(shown.sha256Fingerprint),
      subject: shown.subject.replaceAll('\n', ', '),
      validUntil: shown.validUntil.toISOString(),
    };
    return `${address.host}:${address.port} answers${proxy ? ' through the proxy' : ''}`;
  });
  if (!reached) return result;

  const trusted = await attempt('certificate', async () => {
    (await connectTrusted(address, trustOf(access), timeoutMs, proxy)).destroy();
    return access.certificateFingerprint === null
      ? 'A known authority vouches for the certificate'
      : 'It is the certificate that is trusted';
  });
  if (!trusted) return result;

  const client = openKscClient({ ...connectionOf(access), callTimeoutMs: timeoutMs });
  try {
    let mayList = true;
    const signedIn = await attempt('login', async () => {
      try {
        result.tenants = (await client.vServers.getVServers())
          .map(tenantOf)
          .filter((tenant): tenant is SourceTenant => tenant !== null);
      } catch (error) {
        if (error instanceof LoginFailed || !lacksRight(error)) throw error;
        mayList = false;
      }
      return `The login as ${access.user} is accepted`;
    });
    if (!signedIn) return result;

    const allowed = await attempt('rights', async () => {
      const missing = mayList ? [] : ['reading virtual servers'];
      for (const { needs, read } of readings) {
        try {
          await read(client);
        } catch (error) {
          if (!lacksRight(error)) throw error;
          missing.push(needs);
        }
      }
      if (missing.length > 0) {
        throw new SourceRefused(
          'source.right-missing',
          `The user lacks rights on ${access.url}. Missing: ${missing.join(', ')}`,
        );
      }
      return 'The user may read virtual servers, devices and events';
    });
    if (!allowed) return result;

    result.ok = await attempt('virtual-servers', async () => {
      const own = await client.hostGroup.findHosts({ fields: ['KLHST_WKS_HOSTNAME'], isCurrentServerOnly: true });
      await client.chunkAccessor.release(own.accessor);
      if (own.count > 0) result.tenants.unshift({ tenantId: MAIN_SERVER, name: 'Main server', uid: null });
      if (result.tenants.length === 0) {
        throw new SourceRefused(
          'source.no-virtual-servers',
          'This user sees no virtual server and no device. Make a virtual server for each client, or let the user read them',
        );
      }
      return `${result.tenants.length} to choose from: ${result.tenants
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}${result.tenants.length > 5 ? ' …' : ''}`;
    });
    return result;
  } finally {
    await client.close();
  }
};
