import {
  type AgentPolicy,
  type AssignedLicense,
  enrolAgent,
  type HeldLicense,
  pollCommands,
  sendCommandOutput,
  sendEvents,
  sendInventory,
  syncAgent,
  takeCommands,
} from '@gatehouse/contract';
import { NotFound, NotSignedIn } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { PublishedPackages } from '../agent-packages/index.ts';
import type { CommandsOfMany, Taker, WaitingRoom } from '../commands/index.ts';
import { type DeviceStore, toldMoment } from '../devices/index.ts';
import { badEnrolmentToken, hashOfKey, newAgentKey } from '../enrolment/index.ts';
import type { EventSender, Ingest } from '../events/index.ts';
import type { Inventory } from '../inventory/index.ts';
import type { Contacts } from './contacts.ts';
import { wellFormed } from './well-formed.ts';

export interface AgentParts {
  /** Uses a token and makes or finds the device in one transaction; null when the token is not valid. */
  enrol: (enrolment: {
    secretHash: string;
    deviceId: string;
    machineId: string;
    hostname: string;
    agentVersion: string;
    keyHash: string;
    now: Date;
  }) => Promise<{ deviceId: string; tenantId: string; isNew: boolean } | null>;
  devices: Pick<DeviceStore, 'saveFacts'>;
  contacts: Contacts;
  commands: Pick<CommandsOfMany, 'saveOutput'>;
  taker: Taker;
  senderOf: (deviceId: string) => Promise<EventSender>;
  waitingRoom: WaitingRoom;
  ingest: Ingest;
  /** What a device that says which keys it holds shall hold; undefined: nothing here is about its keys. */
  licenses: (
    device: { deviceId: string; tenantId: string },
    told: readonly HeldLicense[] | undefined,
  ) => Promise<AssignedLicense[] | undefined>;
  /** The policy to give with a sync; null: none any more, undefined: it is as the device told. */
  policyFor: (deviceId: string, told: string | null | undefined) => Promise<AgentPolicy | null | undefined>;
  packages: Pick<PublishedPackages, 'offered' | 'publicKey'>;
  inventory: {
    /** `hash` of the list of software that is kept of a device; null: none. */
    hashOf: (deviceId: string) => Promise<string | null>;
    save: (inventory: Inventory) => Promise<void>;
  };
  syncSeconds: number;
  clock: () => Date;
  /** A device reported something that may change its status. */
  onReport: () => void;
}

/** A batch of 1,000 events with every field at its limit. */
const EVENT_BATCH_LIMIT_BYTES = 8 * 1024 * 1024;
/** 20,000 programs with all their fields at the limit. */
const INVENTORY_LIMIT_BYTES = 24 * 1024 * 1024;

/** 1 MiB of output, each character of it escaped. */
const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;

const deviceIdOf = (actor: Actor): string => {
  if (!actor.deviceId) throw new NotSignedIn('This address is for enrolled devices', 'agent.no-device');
  return actor.deviceId;
};

/** The door for agents: enrolment by token, everything else by the device's own key. */
export const agentRoutes = (http: Http, parts: AgentParts): void => {
  http.addAuthenticator({
    name: 'agent-key',
    authenticate: async ({ bearer }) => {
      if (!bearer?.startsWith('gha_')) return null;
      const device = await parts.contacts.byKeyHash(hashOfKey(bearer));
      if (!device) {
        throw new NotSignedIn('This device key was revoked or replaced; enrol the device again', 'agent.bad-key');
      }
      return {
        kind: 'agent',
        id: device.id,
        name: device.name,
        permissions: new Set<string>(),
        tenantIds: [device.tenantId],
        deviceId: device.id,
      };
    },
  });

  route(http, enrolAgent, async ({ body: told, audit }) => {
    const body = wellFormed(told);
    const key = newAgentKey();
    const now = parts.clock();
    const enrolled = await parts.enrol({
      secretHash: hashOfKey(body.token),
      deviceId: newId(now),
      machineId: body.machineId,
      hostname: body.hostname,
      agentVersion: body.agentVersion,
      keyHash: hashOfKey(key),
      now,
    });
    if (!enrolled) throw badEnrolmentToken();
    audit({
      tenantId: enrolled.tenantId,
      after: { deviceId: enrolled.deviceId, hostname: body.hostname, again: !enrolled.isNew },
    });
    parts.onReport();
    const packageKey = await parts.packages.publicKey();
    return { deviceId: enrolled.deviceId, key, ...(packageKey && { packageKey }) };
  });

  route(http, syncAgent, async ({ body: told, actor }) => {
    const body = wellFormed(told);
    const now = parts.clock();
    const deviceId = deviceIdOf(actor);
    await parts.devices.saveFacts(deviceId, body.facts, body.agentVersion, now);
    const [tenantId = ''] = actor.tenantIds ?? [];
    const licenses = await parts.licenses({ deviceId, tenantId }, body.facts.licenses);
    const policy = await parts.policyFor(deviceId, body.policyId);
    const agentPackage = await parts.packages.offered();
    parts.onReport();
    return {
      nextSyncSeconds: parts.syncSeconds,
      serverTime: now.toISOString(),
      ...(policy === undefined ? {} : { policy }),
      ...(licenses && { licenses }),
      inventoryHash: await parts.inventory.hashOf(deviceId),
      ...(agentPackage && { agentPackage }),
    };
  });

  route(
    http,
    sendEvents,
    async ({ body: told, actor }) => {
      const body = wellFormed(told);
      const deviceId = deviceIdOf(actor);
      await parts.ingest.accept({ sender: await parts.senderOf(deviceId), epoch: body.epoch, events: body.events });
      await parts.contacts.spoke(deviceId);
      return { acknowledgedSeq: body.events.reduce((most, event) => Math.max(most, event.seq), 0) };
    },
    { bodyLimitBytes: EVENT_BATCH_LIMIT_BYTES },
  );

  route(
    http,
    sendInventory,
    async ({ body: told, actor }) => {
      const { hash, collectedAt, software } = wellFormed(told);
      const [tenantId = ''] = actor.tenantIds ?? [];
      const now = parts.clock();
      await parts.inventory.save({
        deviceId: deviceIdOf(actor),
        tenantId,
        hash,
        // A clock that is wrong by ages makes no moment that a database can hold.
        collectedAt: toldMoment(collectedAt) ?? now,
        receivedAt: now,
        software,
      });
      return {};
    },
    { bodyLimitBytes: INVENTORY_LIMIT_BYTES },
  );

  route(http, pollCommands, async ({ query, actor, request }) => {
    const deviceId = deviceIdOf(actor);
    await parts.contacts.spoke(deviceId);
    const commands = await parts.waitingRoom.waitFor(deviceId, {
      waitSeconds: query.waitSeconds,
      signal: request.signal,
    });
    return { commands };
  });

  route(http, takeCommands, async ({ body, actor }) => {
    await parts.taker.take(deviceIdOf(actor), body.ids);
    return {};
  });

  route(
    http,
    sendCommandOutput,
    async ({ body: told, actor }) => {
      const { commandId, output, isCut } = wellFormed(told);
      const command = { id: commandId, deviceId: deviceIdOf(actor) };
      const isKnown = await parts.commands.saveOutput(command, { output, isCut, now: parts.clock() });
      if (!isKnown) throw new NotFound('command', commandId);
      return {};
    },
    { bodyLimitBytes: OUTPUT_LIMIT_BYTES },
  );
};
