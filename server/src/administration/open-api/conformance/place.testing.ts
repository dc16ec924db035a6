/** A server with some of everything, and connections of everybody who asks it. */
import { startAdministration } from '../../../testing/administration.ts';
import { type Args, type Connection, connect, type Json } from './wire.testing.ts';

export const SERIAL = 'GHEP-000000-00000001';
export const SCAN = { TASKID_PRODUCT_NAME: 'GATEHOUSE-ENDPOINT', TASKID_VERSION: '1.0.0.0', TASK_NAME: 'VirusScan' };
/** Of nothing that is there. */
export const NO_ID = '00000000-0000-4000-8000-000000000000';

const required = <T>(value: T | undefined | null, what: string): T => {
  if (value === undefined || value === null) throw new Error(`there is no ${what}`);
  return value;
};

export const startPlace = async (options: Parameters<typeof startAdministration>[0]) => {
  const msp = await startAdministration({ ...options, withJobs: true });
  const { id: tenantId } = await msp.mainTenant();
  await msp.addTenant('Acme');
  await msp.addTenant('Other');
  const posted = async (path: string, body: Args) => {
    const reply = await msp.call('POST', path, { body });
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const group: number = (await posted(`/api/tenants/${tenantId}/groups`, { name: 'Branch', parentId: 0 })).id;
  const [host, spare] = [await msp.enrol('pc-1'), await msp.enrol('pc-2', { groupId: group })];
  await posted('/api/licenses', {
    ...{ serialNumber: SERIAL, productName: 'Endpoint', kind: 'commercial', createdAt: '2026-01-01T00:00:00Z' },
  });
  await host.reports({
    hostname: 'pc-1',
    licenses: [{ serialNumber: SERIAL, isActive: true, installedAt: '2026-02-03T04:05:06Z' }],
  });
  await host.sends({ type: 'GNRL_EV_VIRUS_FOUND', severity: 4 }, { type: 'GNRL_EV_OBJECT_DELETED', severity: 1 });
  const policy: number = (await posted('/api/policies', { tenantId, groupId: 0, name: 'Base', state: 'active' })).id;
  await msp.settle();

  const connections: Connection[] = [];
  const as = async (user?: string, virtualServer?: string): Promise<Connection> => {
    const connection = await connect({ url: msp.openApiUrl, cert: msp.cert, user, virtualServer });
    connections.push(connection);
    return connection;
  };
  const admin = await as();
  const [reader, nobody] = [await as('reader'), await as('nobody')];
  const other = await as('admin', 'Other');
  const servers = (await admin.get('VServers.GetVServers', { lParentGroup: -1 })).PxgRetVal as { value: Args }[];
  const virtualServer = Number(
    required(
      servers.find(({ value }) => value.KLVSRV_DN === 'Acme'),
      'virtual server',
    ).value.KLVSRV_ID,
  );

  let made = 0;
  /** A name that nothing has yet. */
  const newName = (): string => {
    made += 1;
    return `made-${made}`;
  };
  const answerOf = async (method: string, args: Args, member = 'PxgRetVal'): Promise<Json> =>
    required((await admin.get(method, args))[member], `${member} of ${method}`);

  return {
    msp,
    admin,
    reader,
    nobody,
    other,
    tenantId,
    group,
    policy,
    virtualServer,
    host: host.id,
    spare: spare.id,
    newName,
    answerOf,
    newTask: (more: Args = {}) =>
      answerOf('Tasks.AddTask', {
        pData: { ...SCAN, ...more, TASK_INFO_PARAMS: { DisplayName: newName(), HostList: [host.id] } },
      }),
    newHost: async (): Promise<string> => {
      const name = newName();
      const pInfo = {
        ...{ KLHST_WKS_DN: name, KLHST_WKS_GROUPID: 0, KLHST_WKS_WINDOMAIN: '', KLHST_WKS_WINHOSTNAME: name },
        ...{ KLHST_WKS_DNSDOMAIN: '', KLHST_WKS_DNSNAME: name },
      };
      return String(await answerOf('HostGroup.AddHost', { pInfo }));
    },
    newGroup: async (): Promise<number> =>
      Number(await answerOf('HostGroup.AddGroup', { pInfo: { name: newName(), parentId: 0 } })),
    newIncident: () =>
      answerOf('HostGroup.AddIncident', {
        pData: { KLHST_WKS_HOSTNAME: host.id, KLINCDT_BODY: 'Something', KLINCDT_SEVERITY: 2 },
      }),
    hostTasks: () => answerOf('HostGroup.GetHostTasks', { strHostName: host.id }),
    events: () => answerOf('EventProcessingFactory.CreateEventProcessing2', {}, 'strIteratorId'),
    stop: async () => {
      for (const connection of connections) connection.close();
      await msp.stop();
    },
  };
};
export type Place = Awaited<ReturnType<typeof startPlace>>;
