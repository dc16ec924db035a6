import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import {
  dateTime,
  decodeTopLevel,
  encodeTopLevel,
  evaluateFilter,
  type Params,
  type ParamValue,
  PxgError,
  parseAuthorization,
  parseFilter,
  parseVirtualServer,
  pxgError,
  readArguments,
  toPxgErrorBody,
} from '@gatehouse/protocols/ksc-open-api';
import { generate } from 'selfsigned';

export interface FakeDevice {
  id: string;
  name: string;
  /** 0 OK, 1 Critical, 2 Warning. */
  statusId: 0 | 1 | 2;
  mask: number;
  visible: boolean;
  /** False: no application with real-time protection. */
  isProtected?: boolean;
  /** KLHST_WKS_CTYPE; a Windows workstation unless told. */
  computerType?: number;
}
export interface FakeKey {
  serial: string;
  product: string;
  /** KLLIC_KEY_TYPE: 1 commercial, 3 trial, 6 subscription. */
  type: number;
  expiresAt: Date | null;
  /** For how many devices; without limit unless told. */
  limit?: number;
  periodDays?: number;
  information?: string;
  support?: string;
  /** Ids of the devices that use it; `next` those that keep it for later. */
  holders: string[];
  next?: string[];
}
export interface FakeEvent {
  id: number;
  type: string;
  title: string;
  severity: 1 | 2 | 3 | 4;
  deviceId: string;
  deviceName: string;
  at: Date;
  threat?: string;
  /** Of status events: the keys of the conditions, separated by commas. */
  conditions?: string;
}
interface FakeTenant {
  id: number;
  name: string;
  devices: FakeDevice[];
  events: FakeEvent[];
  keys: FakeKey[];
}
type Row = Record<string, ParamValue>;

/** Values of KLHST_WKS_CTYPE. */
const WINDOWS_WORKSTATION = 0x1003;
export const WINDOWS_SERVER = 0x9007;
export const UNIX = 0x800;

const seconds = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** An Administration Server with just what a source reads, strict about logins and result sets. For tests. */
export const startFakeServer = async ({ user = 'integrations', password = 'right' } = {}) => {
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const tenants: FakeTenant[] = [{ id: 0, name: '', devices: [], events: [], keys: [] }];
  const logins = new WeakMap<Socket, FakeTenant>();
  const sets = new Map<string, Row[]>();
  const calls: { method: string; tenant: string }[] = [];
  const switches = {
    refusesEventFilter: false,
    right: password,
    isDown: false,
    /** Takes what it is asked and never answers. */
    isSilent: false,
    losesNextResultSet: false,
    failsFor: '',
    /** Methods that the user may not call, as `VServers.GetVServers`. */
    forbids: [] as string[],
  };
  let setNumber = 0;

  const keep = (rows: Row[]): string => {
    setNumber += 1;
    sets.set(`SET${setNumber}`, rows);
    return `SET${setNumber}`;
  };
  const rowsOf = (id: string): Row[] => {
    if (switches.losesNextResultSet) {
      switches.losesNextResultSet = false;
      sets.delete(id);
    }
    const rows = sets.get(id);
    if (!rows) throw pxgError('notFound', `There is no result set ${id}`);
    return rows;
  };

  const hostRow = (device: FakeDevice): Row => ({
    KLHST_WKS_HOSTNAME: device.id,
    KLHST_WKS_DN: device.name,
    KLHST_WKS_STATUS: (device.visible ? 0x1 : 0) | 0xe | (device.isProtected === false ? 0 : 0x10),
    KLHST_WKS_STATUS_ID: device.statusId,
    KLHST_WKS_STATUS_MASK: device.mask,
    KLHST_WKS_LAST_VISIBLE: dateTime('2026-03-04T11:59:00Z'),
    KLHST_WKS_CTYPE: device.computerType ?? WINDOWS_WORKSTATION,
    KLHST_WKS_PTYPE: (device.computerType ?? 0) & UNIX ? 6 : 2,
  });
  const keyRow = (key: FakeKey): Row => ({
    KLLIC_SERIAL: key.serial,
    KLLIC_PROD_NAME: key.product,
    KLLIC_KEY_TYPE: key.type,
    KLLIC_LIMIT_DATE: dateTime(key.expiresAt && seconds(key.expiresAt)),
    KLLIC_LICTYPE_IS_SUBSCRIPTION: key.type === 6,
    KLLIC_SUBSCRINFO_ENDDATETYPE: key.type !== 6 ? 0 : key.expiresAt ? 2 : 1,
    KLLIC_SUBSCRINFO_ENDDATE: dateTime(key.type === 6 && key.expiresAt ? seconds(key.expiresAt) : null),
    KLLIC_SUBSCRINFO_STATE: 0,
    KLLIC_LIC_COUNT: key.limit ?? 0,
    KLLIC_LICENSE_PERIOD: key.periodDays ?? 0,
    KLLIC_LICINFO: key.information ?? '',
    KLLIC_SUPPORT_INFO: key.support ?? '',
  });
  const eventRow = (event: FakeEvent): Row => ({
    event_db_id: event.id,
    event_type: event.type,
    event_type_display_name: event.title,
    GNRL_EA_SEVERITY: event.severity,
    GNRL_EA_PARAM_1: event.conditions ?? '',
    GNRL_EA_PARAM_5: event.threat ?? '',
    GNRL_EA_DESCRIPTION: `${event.title} on ${event.deviceName}`,
    hostname: event.deviceId,
    hostdn: event.deviceName,
    rise_time: dateTime(seconds(event.at)),
    registration_time: dateTime(seconds(event.at)),
  });

  const eventsOf = (tenant: FakeTenant, args: Params): Row[] => {
    const filter = (args.pFilter ?? {}) as Params;
    const text = typeof filter.KLEVP_RFC2254_FILTER === 'string' ? filter.KLEVP_RFC2254_FILTER : '';
    if (text !== '' && switches.refusesEventFilter) throw pxgError('badFormat', 'Events know no such filter');
    const days =
      typeof filter.KLEVP_EVENT_RISE_TIME_LAST_DAYS === 'number' ? filter.KLEVP_EVENT_RISE_TIME_LAST_DAYS : 0;
    const parsed = text === '' ? null : parseFilter(text);
    const since = days > 0 ? Date.now() - days * 86_400_000 : 0;
    const rows = tenant.events
      .filter((event) => event.at.getTime() >= since)
      .map(eventRow)
      .filter((row) => !parsed || evaluateFilter(parsed, (name) => row[name] as string | number, { now: new Date() }));
    const [order] = readArguments(args).order('vecFieldsToOrder') ?? [];
    const direction = order?.ascending === false ? -1 : 1;
    return rows.sort((a, b) => direction * ((a['event_db_id'] as number) - (b['event_db_id'] as number)));
  };

  const answer = (method: string, tenant: FakeTenant, args: Params): Params => {
    if (tenant.name !== '' && tenant.name === switches.failsFor) throw pxgError('unavailable', 'Try later');
    if (switches.forbids.includes(method)) throw pxgError('noAccess', 'Access is denied');
    const read = readArguments(args);
    switch (method) {
      case 'VServers.GetVServers':
        return {
          PxgRetVal: tenants
            .filter(({ id }) => id > 0)
            .map(({ id, name }) => ({ KLVSRV_ID: id, KLVSRV_DN: name, KLVSRV_UID: `VSRV${id}` })),
        };
      case 'HostGroup.FindHosts': {
        const rows = tenant.devices.map(hostRow);
        return { strAccessor: keep(rows), PxgRetVal: rows.length };
      }
      case 'ChunkAccessor.GetItemsChunk': {
        const start = read.int('nStart') ?? 0;
        const rows = rowsOf(read.string('strAccessor') ?? '').slice(start, start + (read.int('nCount') ?? 0));
        return { pChunk: { KLCSP_ITERATOR_ARRAY: rows }, PxgRetVal: rows.length };
      }
      case 'ChunkAccessor.Release':
        sets.delete(read.string('strAccessor') ?? '');
        return {};
      case 'LicenseKeys.EnumKeys': {
        const rows = tenant.keys.map(keyRow);
        return { wstrIterator: keep(rows), lKeyCount: rows.length };
      }
      case 'LicenseKeys.AcquireKeyHosts': {
        const serial = readArguments((args.pInData ?? {}) as Params).string('KLLIC_SERIAL');
        const key = tenant.keys.find((each) => each.serial === serial);
        if (!key) throw pxgError('notFound', `There is no licence key ${serial}`);
        const rows = [
          ...key.holders.map((id) => ({ id, isCurrent: true })),
          ...(key.next ?? []).map((id) => ({ id, isCurrent: false })),
        ].map(({ id, isCurrent }) => ({
          KLLICSRV_HOSTNAME: id,
          KLLICSRV_HOST_CURRENT: isCurrent,
          KLLICSRV_PRODUCT: 'KES',
          KLLICSRV_VERSION: '12',
          KLLICSRV_EXPIRATION_TIME: dateTime(key.expiresAt && seconds(key.expiresAt)),
        }));
        return { wstrIterator: keep(rows), lKeyCount: rows.length };
      }
      case 'GroupSyncIterator.GetNextItems': {
        const rows = rowsOf(read.string('szwIterator') ?? '').splice(0, read.int('nCount') ?? 0);
        const isLast = rowsOf(read.string('szwIterator') ?? '').length === 0;
        return { PxgRetVal: rows.length, bEOF: isLast, pData: { KLCSP_ITERATOR_ARRAY: rows } };
      }
      case 'GroupSyncIterator.ReleaseIterator':
        sets.delete(read.string('szwIterator') ?? '');
        return {};
      case 'EventProcessingFactory.CreateEventProcessing2':
        return { strIteratorId: keep(eventsOf(tenant, args)) };
      case 'EventProcessing.GetRecordCount':
        return { PxgRetVal: rowsOf(read.string('strIteratorId') ?? '').length };
      case 'EventProcessing.GetRecordRange': {
        const rows = rowsOf(read.string('strIteratorId') ?? '').slice(
          read.int('nStart') ?? 0,
          (read.int('nEnd') ?? 0) + 1,
        );
        return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: rows } };
      }
      case 'EventProcessing.ReleaseIterator':
        sets.delete(read.string('strIteratorId') ?? '');
        return {};
      default:
        throw pxgError('noSuchCall', `There is no ${method}`);
    }
  };

  const server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (switches.isDown) return void request.socket.destroy();
      if (switches.isSilent) return;
      const send = (status: number, body: string) => {
        response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'text/plain' });
        response.end(body);
      };
      const method = (request.url ?? '').replace('/api/v1.0/', '');
      if (method === 'login') {
        const login = parseAuthorization(request.headers.authorization);
        const name = parseVirtualServer(request.headers['x-ksc-vserver']?.toString());
        const tenant = tenants.find((each) => each.name === name);
        const isRight = login?.scheme === 'KSCBasic' && login.user === user && login.password === switches.right;
        if (!isRight || !tenant) return send(401, 'Authentication failure');
        logins.set(request.socket, tenant);
        return send(200, '{}');
      }
      const tenant = logins.get(request.socket);
      if (!tenant) return send(401, 'Authentication failure');
      calls.push({ method, tenant: tenant.name });
      const text = Buffer.concat(chunks).toString();
      try {
        const args = decodeTopLevel(text === '' ? undefined : JSON.parse(text));
        send(200, JSON.stringify(encodeTopLevel(answer(method, tenant, args))));
      } catch (error) {
        if (!(error instanceof PxgError)) throw error;
        send(200, JSON.stringify(toPxgErrorBody(error)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    access: {
      url: `https://127.0.0.1:${port}`,
      user,
      password,
      certificateFingerprint: new X509Certificate(certificate.cert).fingerprint256,
      proxy: null,
    },
    certificatePem: certificate.cert,
    switches,
    calls,
    /** Ends every connection, as those of a silent server. */
    hangUp: (): void => server.closeAllConnections(),
    /** Result sets that nobody released. */
    openResultSets: () => sets.size,
    mainServer: tenants[0] as FakeTenant,
    addTenant: (name: string): FakeTenant => {
      const tenant = { id: tenants.length, name, devices: [], events: [], keys: [] };
      tenants.push(tenant);
      return tenant;
    },
    /** By the id that a virtual server has there. */
    tenant: (id: string): FakeTenant => {
      const found = tenants.find((each) => String(each.id) === id);
      if (!found) throw new Error(`there is no tenant ${id}`);
      return found;
    },
    removeTenants: () => {
      tenants.length = 1;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
export type FakeServer = Awaited<ReturnType<typeof startFakeServer>>;
