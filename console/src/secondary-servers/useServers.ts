import {
  addSecondaryServer,
  changeSecondaryServer,
  forgetPrimaryServer,
  getSecondaryServer,
  getServerHierarchy,
  listSecondaryDevices,
  lookAtServerCertificate,
  readServerCertificate,
  refreshSecondaryServer,
  removeSecondaryServer,
  trySecondaryServer,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const changes = [getServerHierarchy, getSecondaryServer];

/** Adding, changing and trying servers, and what helps with their certificates. */
export const useServerActs = () => ({
  add: useTell(addSecondaryServer, { changes }),
  change: useTell(changeSecondaryServer, { changes }),
  remove: useTell(removeSecondaryServer, { changes }),
  refresh: useTell(refreshSecondaryServer, { changes }),
  tryOut: useTell(trySecondaryServer),
  look: useTell(lookAtServerCertificate),
  read: useTell(readServerCertificate),
});
export type ServerActs = ReturnType<typeof useServerActs>;

export const useServerTree = () => ({
  tree: useAsk(getServerHierarchy, {}, { topics: ['servers', 'devices', 'tenants'] }),
  forget: useTell(forgetPrimaryServer, { changes: [getServerHierarchy] }),
});

export interface DeviceQuestion {
  virtualServerId?: number | undefined;
  status?: 'ok' | 'warning' | 'critical' | undefined;
  text?: string | undefined;
  order: 'name' | '-name' | 'status' | '-status' | 'lastSeen' | '-lastSeen';
  offset: number;
  limit: number;
}

export const useServer = (serverId: string) =>
  useAsk(getSecondaryServer, { params: { serverId } }, { topics: ['servers'] });

/** Asked of the other server each time, so only while somebody looks. */
export const useServerDevices = (serverId: string, query: DeviceQuestion, enabled: boolean) =>
  useAsk(listSecondaryDevices, { params: { serverId }, query }, { keep: true, enabled });
