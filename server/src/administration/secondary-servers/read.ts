import type {
  SecondaryDetails,
  SecondaryEvent,
  SecondaryGroup,
  SecondarySnapshot,
  StatusCounts,
  VirtualServerSummary,
} from '@gatehouse/contract';
import {
  isParams,
  type KscClient,
  NotOpenApi,
  type Params,
  type PlainRow,
  PxgError,
  pxgCodes,
  toPlainRow,
} from '@gatehouse/protocols/ksc-open-api';
import { type OtherPlace, type OwnPlace, requireNoLoop } from './place.ts';
import { SecondaryProblem } from './problems.ts';
import { count, countFields, eventFields, eventOf, noDevices, text, whole } from './rows.ts';

/** Subcodes of 1193 in the answer to `GatehouseHierarchy.Announce`. */
export const announceRefusals = { loop: 1, otherPrimary: 2 } as const;

const OUR_PRODUCT = /^Gatehouse\b/;
const MOST_GROUPS = 5000;
const MOST_EVENTS = 20;
/** Events of each server that are looked through for those of severity Warning and above. */
const MOST_EVENTS_READ = 200;
const EVENT_PAGE = 50;
/** Virtual servers whose events are looked at: each takes a login of its own, which is audited there. */
const MOST_EVENT_SERVERS = 10;

export interface Greeting extends OtherPlace {
  product: string;
  version: string;
  isOurs: boolean;
  /** Names of the servers directly below it. */
  secondaries: string[];
}

/** Some accounts may not see the hierarchy; that alone is no reason not to read the rest. */
const childrenOf = async (client: KscClient, signal: AbortSignal): Promise<PlainRow[]> => {
  let reply: Params;
  try {
    reply = await client.call('ServerHierarchy.GetChildServers', { nGroupId: -1 }, { signal });
  } catch (error) {
    const { noAccess, noSuchCall } = pxgCodes;
    if (error instanceof PxgError && (error.code === noAccess.code || error.code === noSuchCall.code)) return [];
    throw error;
  }
  if (!Array.isArray(reply.PxgRetVal)) throw new NotOpenApi('ServerHierarchy.GetChildServers: the reply has no array');
  return reply.PxgRetVal.filter(isParams).map(toPlainRow);
};

/**
 * Who answers there and what is below it.
 * @throws SecondaryProblem when servers would stand in a ring
 */
export const greet = async (
  client: KscClient,
  own: OwnPlace,
  place: string,
  signal: AbortSignal,
): Promise<Greeting> => {
  const info = await client.hostGroup.getStaticInfo(
    ['KLADMSRV_SERVER_HOSTNAME', 'KLADMSRV_PRODUCT_NAME', 'KLADMSRV_PRODUCT_VERSION', 'KLADMSRV_PRODUCT_FULL_VERSION'],
    { signal },
  );
  const children = await childrenOf(client, signal);
  const below = children.flatMap((child) => [
    text(child['KLSRVH_SRV_INST_ID']),
    text(child['KLSRVH_SRV_HOST_GUID']),
    ...(Array.isArray(child['GATEHOUSE_BELOW']) ? child['GATEHOUSE_BELOW'].map((id) => text(id)) : []),
  ]);
  const product = text(info['KLADMSRV_PRODUCT_NAME']);
  const greeting: Greeting = {
    instanceId: text(info['KLADMSRV_SERVER_HOSTNAME']) || null,
    below: [...new Set(below.filter((id) => id !== ''))],
    product: product || 'Administration Server',
    version: text(info['KLADMSRV_PRODUCT_FULL_VERSION']) || text(info['KLADMSRV_PRODUCT_VERSION']),
    isOurs: OUR_PRODUCT.test(product),
    secondaries: children.map((child) => text(child['KLSRVH_SRV_DN'])).filter((name) => name !== ''),
  };
  requireNoLoop(own, greeting, place);
  return greeting;
};

/** Tells one of our own servers who is above it. @returns whether it knows now @throws SecondaryProblem */
const announce = async (
  client: KscClient,
  own: OwnPlace,
  roundSeconds: number,
  place: string,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    await client.call(
      'GatehouseHierarchy.Announce',
      { strInstanceId: own.instanceId, strName: own.name, vecAbove: [...own.above], nRoundSeconds: roundSeconds },
      { signal },
    );
    return true;
  } catch (error) {
    if (!(error instanceof PxgError)) throw error;
    if (error.code === pxgCodes.notPermitted.code && error.subcode === announceRefusals.loop) {
      throw new SecondaryProblem(
        'secondary-server.loop',
        'refused',
        'address',
        `${place} stands above this server: a server cannot be above and below another at once. Detach this server there first`,
        { cause: error },
      );
    }
    if (error.code === pxgCodes.notPermitted.code && error.subcode === announceRefusals.otherPrimary) {
      throw new SecondaryProblem(
        'secondary-server.other-primary',
        'refused',
        'address',
        `${place} already stands below another server: ${error.message}. Detach it there, or let it forget that server`,
        { cause: error },
      );
    }
    const isUnable = error.code === pxgCodes.noAccess.code || error.code === pxgCodes.noSuchCall.code;
    if (isUnable) return false;
    throw error;
  }
};

const virtualServersOf = async (
  client: KscClient,
  counts: ReadonlyMap<number, StatusCounts>,
  signal: AbortSignal,
): Promise<VirtualServerSummary[]> =>
  (await client.vServers.getVServers(undefined, { signal })).flatMap((row) => {
    const virtualServerId = whole(row['KLVSRV_ID']);
    if (virtualServerId === null || virtualServerId <= 0) return [];
    return [{ virtualServerId, name: text(row['KLVSRV_DN']), counts: counts.get(virtualServerId) ?? noDevices() }];
  });

const groupsOf = async (
  client: KscClient,
  counts: ReadonlyMap<number, StatusCounts>,
  signal: AbortSignal,
): Promise<SecondaryGroup[]> => {
  const groups: SecondaryGroup[] = [];
  const fields = ['id', 'name', 'parentId', 'grp_full_name', 'KLVSRV_ID'];
  for await (const row of client.findGroups({ fields }, { signal })) {
    const id = whole(row['id']);
    if (id === null) continue;
    const parentId = whole(row['parentId']);
    groups.push({
      id,
      parentId: parentId === null || parentId < 0 ? null : parentId,
      fullName: text(row['grp_full_name']) || text(row['name']),
      virtualServerId: whole(row['KLVSRV_ID']) ?? 0,
      counts: counts.get(id) ?? noDevices(),
    });
    if (groups.length === MOST_GROUPS) break;
  }
  return groups.sort((a, b) => a.virtualServerId - b.virtualServerId || a.fullName.localeCompare(b.fullName));
};

/** The newest of the server that the client is logged in to: an event list never reaches into virtual servers. */
const lastEventsOf = async (client: KscClient, signal: AbortSignal): Promise<SecondaryEvent[]> => {
  const events: SecondaryEvent[] = [];
  let seen = 0;
  const order = [{ name: 'event_db_id', ascending: false }];
  for await (const row of client.events({ fields: eventFields, order }, { signal, pageSize: EVENT_PAGE })) {
    const event = eventOf(row);
    if (event) events.push(event);
    seen += 1;
    if (events.length === MOST_EVENTS || seen === MOST_EVENTS_READ) break;
  }
  return events;
};

const lastEventsOfAll = async (
  client: KscClient,
  servers: readonly VirtualServerSummary[],
  { inVirtualServer, signal }: ReadOrder,
): Promise<SecondaryEvent[]> => {
  const events = await lastEventsOf(client, signal);
  const worst = servers
    .filter(({ counts }) => counts.critical > 0)
    .sort((a, b) => b.counts.critical - a.counts.critical);
  for (const { name } of worst.slice(0, MOST_EVENT_SERVERS)) {
    try {
      events.push(...(await inVirtualServer(name, (own) => lastEventsOf(own, signal))));
    } catch (error) {
      // The account may see the devices of a virtual server and not be allowed into it.
      if (!(error instanceof SecondaryProblem) || error.state !== 'refused') throw error;
    }
  }
  return events.sort((a, b) => (a.riseTime < b.riseTime ? 1 : -1)).slice(0, MOST_EVENTS);
};

export interface ReadOrder {
  own: OwnPlace;
  details: SecondaryDetails;
  /** This server comes again within this time. */
  roundSeconds: number;
  /** Host and port, for messages. */
  place: string;
  signal: AbortSignal;
  /** The same account, logged in to a virtual server. */
  inVirtualServer: <T>(name: string, work: (client: KscClient) => Promise<T>) => Promise<T>;
}

/**
 * Everything that is shown of a secondary server, by documented methods that a real Kaspersky Security Center has too.
 * Devices are counted row by row: the one way that means the same on every version.
 * @throws SecondaryProblem, and whatever the client throws
 */
export const readSecondary = async (
  client: KscClient,
  order: ReadOrder,
): Promise<{ greeting: Greeting; snapshot: SecondarySnapshot }> => {
  const { own, details, roundSeconds, place, signal } = order;
  const greeting = await greet(client, own, place, signal);
  const knowsPrimary = greeting.isOurs && (await announce(client, own, roundSeconds, place, signal));

  const all = noDevices();
  const byServer = new Map<number, StatusCounts>([[0, noDevices()]]);
  const byGroup = new Map<number, StatusCounts>();
  const counted = <K>(counts: Map<K, StatusCounts>, key: K): StatusCounts => {
    const found = counts.get(key) ?? noDevices();
    counts.set(key, found);
    return found;
  };
  for await (const row of client.findHosts({ fields: countFields }, { signal })) {
    count(all, row);
    count(counted(byServer, whole(row['KLVSRV_ID']) ?? 0), row);
    count(counted(byGroup, whole(row['KLHST_WKS_GROUPID']) ?? -1), row);
  }

  const virtualServers =
    details.virtualServers || details.lastEvents ? await virtualServersOf(client, byServer, signal) : [];
  return {
    greeting,
    snapshot: {
      product: greeting.product,
      version: greeting.version,
      counts: all,
      ownCounts: counted(byServer, 0),
      virtualServers: details.virtualServers ? virtualServers : null,
      groups: details.groups ? await groupsOf(client, byGroup, signal) : null,
      lastEvents: details.lastEvents ? await lastEventsOfAll(client, virtualServers, order) : null,
      secondaries: greeting.secondaries,
      knowsPrimary,
    },
  };
};
