import { AppError } from '../../platform/errors/index.ts';
import type { MappingRow, Mappings } from '../mappings/index.ts';
import type { Sources, TenantReading } from '../sources/index.ts';

/** A mapped tenant, opened for reading. */
export interface TenantNow {
  mapping: MappingRow;
  name: string;
  isLocal: boolean;
  reading: TenantReading;
}

/** A mapped tenant that could not be read, and why. */
export interface Unread {
  sourceId: string;
  tenantName: string;
  problem: string;
}

const AT_ONCE = 4;

/**
 * Reads an integration's mapped tenants just now, for people who ask, a few at a time. One that cannot be read is
 * told and holds up no other; those that the time did not reach are told too.
 *
 * @param read false: enough was seen
 */
export const readTenantsNow = async (
  { sources, mappings }: { sources: Sources; mappings: Mappings },
  { integrationId, seconds }: { integrationId: string; seconds: number },
  read: (tenant: TenantNow) => Promise<boolean>,
): Promise<{ unread: Unread[]; asked: number }> => {
  const time = AbortSignal.timeout(seconds * 1_000);
  const [readable, rows, tenants] = [await sources.readable(time), await sources.rows(), await sources.tenants()];
  const mapped = (await mappings.all()).filter((row) => row.integration_id === integrationId);
  const unread: Unread[] = [];
  let isEnough = false;
  const left = mapped.values();

  const readOne = async (mapping: MappingRow): Promise<void> => {
    const { source_id: sourceId, tenant_id: tenantId } = mapping;
    const tenant = tenants.find((each) => each.source_id === sourceId && each.tenant_id === tenantId);
    const source = readable.find((each) => each.sourceId === sourceId)?.source;
    const tenantName = tenant?.name ?? tenantId;
    const tell = (problem: string) => unread.push({ sourceId, tenantName, problem });
    if (time.aborted) return void tell(`It was not asked: the others took longer than ${seconds} seconds`);
    if (!source || !tenant?.present) return void tell('Its source is switched off, or no longer lists it');
    const isLocal = rows.find(({ id }) => id === sourceId)?.is_local ?? false;
    try {
      await source.inTenant({ tenantId, name: tenant.name, uid: tenant.uid }, async (reading) => {
        if (!(await read({ mapping, name: tenant.name, isLocal, reading }))) isEnough = true;
      });
    } catch (error) {
      if (time.aborted) tell(`It did not answer within ${seconds} seconds`);
      else if (error instanceof AppError) tell(error.message);
      else throw error;
    }
  };
  const worker = async (): Promise<void> => {
    for (const mapping of left) {
      if (isEnough) return;
      await readOne(mapping);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { unread, asked: mapped.length - unread.length };
};
