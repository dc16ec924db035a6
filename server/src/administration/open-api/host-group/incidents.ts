import {
  dateTime,
  incidentSeverities,
  type Params,
  type ParamValue,
  parseFilter,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { newId } from '../../../platform/ids/index.ts';
import type { IncidentRow } from '../../incidents/index.ts';
import { refuseOthers } from '../given.ts';
import { isHostId } from '../host-id.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { keepAccessor } from './find.ts';

const write = (audit: string, run: Method['run']): Method => ({ needs: 'incidents:write', audit, run });

const MOST_TITLE = 200;
const MOST_BODY = 10_000;

/** Incident attributes that can be asked for (KSCAPI 15 a00092). */
const attributes: Readonly<Record<string, (row: IncidentRow) => ParamValue>> = {
  KLINCDT_ID: (row) => row.number,
  KLINCDT_SEVERITY: (row) => row.severity,
  KLINCDT_ADDED: (row) => dateTime(row.created_at),
  KLINCDT_BODY: (row) => row.description || row.title,
  KLINCDT_IS_HANDLED: (row) => row.processed_at !== null,
  KLINCDT_TYPE: (row) => (row.event_id === null ? '' : 'GNRL_EV_APP_INCIDENT_OCCURED'),
  KLINCDT_TYPE_DISPLAY_NAME: (row) => row.title,
  KLHST_WKS_HOSTNAME: (row) => row.device_id,
  KLHSTUSER_ID: () => 0,
  KLHSTUSER_DN: (row) => (row.created_by_kind === 'application' ? '' : row.created_by),
  GNRL_EXTRA_PARAMS: () => ({}),
};

const incidentRow = (row: IncidentRow, fields: readonly string[]): Params => {
  const names = fields.length > 0 ? fields : Object.keys(attributes);
  return Object.fromEntries(
    names.flatMap((name) => {
      const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      return attribute ? [[name, attribute(row)]] : [];
    }),
  );
};

const findIncidents: Method = {
  needs: 'devices:read',
  run: async (call) => {
    const { args, administration, login, now } = call;
    const filter = parseFilter(args.string(['strFilter', 'wstrFilter']) ?? '');
    const fields = args.strings(['pFieldsToReturn', 'vecFieldsToReturn']) ?? [];
    const search = administration.incidents.searchOf(login.scope());
    const numbers = await search.findNumbers(filter, args.order(['pFieldsToOrder', 'vecFieldsToOrder']), now);
    const accessor = {
      count: numbers.length,
      rows: async (start: number, count: number) =>
        (await search.byNumbers(numbers.subarray(start, start + count))).map((row) => incidentRow(row, fields)),
    };
    return { strAccessor: keepAccessor(call, accessor, numbers.byteLength), PxgRetVal: numbers.length };
  },
};

/** @throws PxgError 1192 */
const severityOf = (given: number | undefined): number | undefined => {
  const known: readonly number[] = Object.values(incidentSeverities);
  if (given === undefined || known.includes(given)) return given;
  throw pxgError('badFormat', 'pData.KLINCDT_SEVERITY: 1, 2 or 3 is needed');
};
const bodyOf = (given: string | undefined): string | undefined => {
  const body = given?.trim();
  if (body === undefined || (body.length > 0 && body.length <= MOST_BODY)) return body;
  throw pxgError('badFormat', `pData.KLINCDT_BODY: a text of 1 to ${MOST_BODY} characters is needed`);
};
/** The console shows incidents by a title: the first line says it best. */
const titleOf = (body: string): string => (body.split(/\r?\n/, 1)[0] ?? '').slice(0, MOST_TITLE).toWellFormed();

const incidentOf = async (call: Call): Promise<IncidentRow> => {
  const number = required(call.args.int('nId'), 'nId');
  const [row] = await call.administration.incidents.searchOf(call.login.scope()).byNumbers(Int32Array.of(number));
  if (!row) throw pxgError('notFound', `There is no incident ${number}`);
  return row;
};

const auditIncident = (call: Call, { number, tenant_id, title, severity, processed_at }: IncidentRow, after?: object) =>
  call.audit({
    tenantId: tenant_id,
    before: { number, title, severity, processed: processed_at !== null },
    ...(after && { after }),
  });

const SETTABLE = ['KLINCDT_SEVERITY', 'KLINCDT_BODY', 'KLINCDT_IS_HANDLED'];

const addIncident = write('incident.added', async (call) => {
  const { args, administration, login, now } = call;
  const given = required(args.params('pData'), 'pData');
  const info = readArguments(given);
  refuseOthers(given, [...SETTABLE, 'KLHST_WKS_HOSTNAME', 'KLINCDT_ADDED'], {}, 'pData');
  const host = required(info.string('KLHST_WKS_HOSTNAME'), 'pData.KLHST_WKS_HOSTNAME');
  const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!device) throw pxgError('notFound', `There is no host ${host}`);
  const body = required(bodyOf(info.string('KLINCDT_BODY')), 'pData.KLINCDT_BODY');
  const id = newId(now);
  const isHandled = info.boolean('KLINCDT_IS_HANDLED') ?? false;
  const severity = severityOf(info.int('KLINCDT_SEVERITY')) ?? incidentSeverities.info;
  const occurredAt = info.dateTime('KLINCDT_ADDED') ?? now;
  const number = await administration.incidents.write(login.scope(), async (store) => {
    await store.add({
      id,
      tenant_id: device.tenant_id,
      device_id: device.id,
      title: titleOf(body),
      description: body,
      severity,
      occurred_at: occurredAt,
      created_at: now,
      created_by_kind: 'user',
      created_by: login.user.name,
      event_id: null,
    });
    if (isHandled) await store.process([id], { at: now, name: login.user.name });
    return { result: (await store.get(id)).number, deviceIds: [device.id] };
  });
  call.audit({ tenantId: device.tenant_id, after: { number, deviceId: device.id, severity, description: body } });
  return { PxgRetVal: number };
});

const updateIncident = write('incident.changed', async (call) => {
  const { args, administration, login, now } = call;
  const incident = await incidentOf(call);
  const given = required(args.params('pData'), 'pData');
  const info = readArguments(given);
  refuseOthers(given, SETTABLE, incidentRow(incident, []), 'pData');
  const body = bodyOf(info.string('KLINCDT_BODY'));
  const severity = severityOf(info.int('KLINCDT_SEVERITY'));
  const isHandled = info.boolean('KLINCDT_IS_HANDLED');
  const isSame = body === undefined || body === (incident.description || incident.title);
  await administration.incidents.write(login.scope(), async (store) => {
    await store.change(incident.id, {
      ...(!isSame && { title: titleOf(body), description: body }),
      ...(severity !== undefined && { severity }),
    });
    if (isHandled !== undefined) {
      await store.process([incident.id], isHandled ? { at: now, name: login.user.name } : null);
    }
    return { result: undefined, deviceIds: [incident.device_id] };
  });
  auditIncident(call, incident, {
    ...(!isSame && { description: body }),
    ...(severity !== undefined && { severity }),
    ...(isHandled !== undefined && { processed: isHandled }),
  });
  return {};
});

const deleteIncident = write('incident.deleted', async (call) => {
  const incident = await incidentOf(call);
  await call.administration.incidents.write(call.login.scope(), async (store) => ({
    result: await store.remove(incident.id),
    deviceIds: [incident.device_id],
  }));
  auditIncident(call, incident);
  return {};
});

/** HostGroup: incidents (KSCAPI 15 a00092). */
export const incidentMethods: MethodClass = {
  FindIncidents: findIncidents,
  AddIncident: addIncident,
  UpdateIncident: updateIncident,
  DeleteIncident: deleteIncident,
};
