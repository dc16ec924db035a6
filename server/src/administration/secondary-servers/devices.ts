import type { SecondaryDevice } from '@gatehouse/contract';
import {
  type Condition,
  hostStatusIds,
  type KscClient,
  literalPattern,
  type SortField,
} from '@gatehouse/protocols/ksc-open-api';
import { deviceFields, deviceOf } from './rows.ts';

export interface DeviceQuestion {
  /** 0: only devices of the server itself. */
  virtualServerId?: number | undefined;
  status?: 'ok' | 'warning' | 'critical' | undefined;
  /** Part of the name. */
  text?: string | undefined;
  order: 'name' | '-name' | 'status' | '-status' | 'lastSeen' | '-lastSeen';
  offset: number;
  limit: number;
}

/** Statuses have numbers, and these do not grow with their weight; the name decides among equals. */
const orders: Readonly<Record<string, string>> = {
  name: 'KLHST_WKS_DN',
  status: 'KLHST_WKS_STATUS_ID',
  lastSeen: 'KLHST_WKS_LAST_VISIBLE',
};

const orderOf = (order: DeviceQuestion['order']): SortField[] => {
  const key = order.replace('-', '');
  const first = { name: orders[key] ?? 'KLHST_WKS_DN', ascending: !order.startsWith('-') };
  return key === 'name' ? [first] : [first, { name: 'KLHST_WKS_DN', ascending: true }];
};

const filterOf = ({ virtualServerId, status, text }: DeviceQuestion): Condition | undefined => {
  const compare = (attribute: string, value: number | string): Condition => ({
    kind: 'compare',
    attribute,
    operator: '=',
    value: typeof value === 'number' ? { kind: 'int', value } : { kind: 'string', value },
  });
  const parts: Condition[] = [
    ...(virtualServerId === undefined ? [] : [compare('KLVSRV_ID', virtualServerId)]),
    ...(status === undefined ? [] : [compare('KLHST_WKS_STATUS_ID', hostStatusIds[status])]),
    ...(text ? [compare('KLHST_WKS_DN', `*${literalPattern(text)}*`)] : []),
  ];
  return parts.length === 0 ? undefined : { kind: 'and', parts };
};

/** One page of a secondary server's devices, as they are now. The result set on the other side ends with the page. */
export const pageOfDevices = async (
  client: KscClient,
  question: DeviceQuestion,
  signal: AbortSignal,
): Promise<{ items: SecondaryDevice[]; total: number }> => {
  const { accessor, count } = await client.hostGroup.findHosts(
    { filter: filterOf(question), fields: deviceFields, order: orderOf(question.order), lifetimeSec: 60 },
    { signal },
  );
  const left = Math.min(question.limit, count - question.offset);
  const rows =
    left > 0
      ? await client.chunkAccessor.getItemsChunk(accessor, { start: question.offset, count: left }, { signal })
      : [];
  await client.chunkAccessor.release(accessor, { signal });
  return { items: rows.map(deviceOf), total: count };
};
