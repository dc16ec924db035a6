import { giveCommand } from '@gatehouse/contract';
import { Conflict, InvalidInput } from '../../platform/errors/index.ts';
import { type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { DeviceStore } from '../devices/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { NewCommand } from './store.ts';
import type { WaitingRoom } from './waiting.ts';

export interface CommandParts {
  devicesOf: (scope: TenantScope) => DeviceStore;
  /** Keeps a command for the device's agent. */
  give: (deviceId: string, command: NewCommand, doer: Doer) => Promise<void>;
  waitingRoom: Pick<WaitingRoom, 'wake'>;
  clock: () => Date;
  changed: () => void;
}

/** A command that a device did not take within this time is not worth starting any more. */
const COMMAND_LIFE_MS = 24 * 3_600_000;

const scanNames = { quick: 'Quick scan', full: 'Full scan', paths: 'Scan of chosen folders' } as const;
const displayNames = {
  'update-databases': 'Update of databases',
  'find-vulnerabilities': 'Search for vulnerabilities',
  restart: 'Restart',
  'restore-from-quarantine': 'Restoring from quarantine',
  'delete-from-quarantine': 'Deletion from quarantine',
} as const;

export const commandRoutes = (http: Http, parts: CommandParts): void => {
  route(http, giveCommand, async ({ actor, params, body, request, audit }) => {
    const device = await parts.devicesOf(actor.tenantIds ?? 'all').get(params.deviceId);
    if (device.enrolled_at === null || device.key_revoked_at !== null) {
      throw new Conflict(
        'device.no-agent',
        `${device.name} has no enrolled agent that could take a command; enrol it first`,
      );
    }
    const scan = body.kind === 'scan' ? (body.scan ?? { mode: 'quick' as const, paths: [] }) : undefined;
    if (scan?.mode === 'paths' && scan.paths.length === 0) {
      throw new InvalidInput('A scan of chosen folders needs at least one of them', [
        { where: 'body.scan.paths', what: 'is empty' },
      ]);
    }
    const isOfQuarantine = body.kind === 'restore-from-quarantine' || body.kind === 'delete-from-quarantine';
    if (isOfQuarantine && !body.quarantine) {
      throw new InvalidInput('Say which objects of the quarantine are meant', [
        { where: 'body.quarantine', what: 'is missing' },
      ]);
    }
    if (body.kind === 'restart' && !body.restart) {
      throw new InvalidInput('Say how the device is to restart', [{ where: 'body.restart', what: 'is missing' }]);
    }
    const details = {
      ...(scan && { scan }),
      ...(isOfQuarantine && body.quarantine && { quarantine: body.quarantine }),
      ...(body.kind === 'restart' && body.restart && { restart: body.restart }),
    };
    const now = parts.clock();
    const id = newId(now);
    const command: NewCommand = {
      id,
      kind: body.kind,
      displayName: body.kind === 'scan' ? scanNames[scan?.mode ?? 'quick'] : displayNames[body.kind],
      details,
      now,
      expiresAt: new Date(now.getTime() + COMMAND_LIFE_MS),
      givenBy: actor.name,
    };
    await parts.give(device.id, command, doerOf({ actor, request }));
    audit({ tenantId: device.tenant_id, after: { commandId: id, kind: body.kind, ...details } });
    parts.waitingRoom.wake([device.id]);
    parts.changed();
    return { commandId: id };
  });
};
