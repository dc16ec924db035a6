import { type FilterProperty, type FilterValues, maskOperators, useLevelWords, useText } from '../platform/index.ts';
import type { EventSearch } from './event-query.ts';
import { eventMessages } from './messages.ts';

const severities = ['critical', 'functional-failure', 'warning', 'info'] as const;

interface Choice {
  value: string;
  label: string;
}

/** What the list of events can be filtered by. */
export const useEventFilters = (
  search: EventSearch,
  { types, tenants, deviceName }: { types: Choice[]; tenants: Choice[]; deviceName: string | undefined },
): { properties: FilterProperty[]; values: FilterValues } => {
  const text = useText(eventMessages);
  const level = useLevelWords();
  const either = (key: string, notKey: string) => [
    { operator: '=' as const, key },
    { operator: '!=' as const, key: notKey },
  ];
  const properties: FilterProperty[] = [
    {
      key: 'severity',
      label: text('severity'),
      options: severities.map((value) => ({ value, label: level.severity(value) })),
      operators: either('severity', 'notSeverity'),
    },
    { key: 'type', label: text('type'), options: types, operators: either('type', 'notType') },
    ...(tenants.length > 0 ? [{ key: 'tenantId', label: text('tenant'), options: tenants }] : []),
    { key: 'device', label: text('deviceName'), options: [], operators: maskOperators('device', 'notDevice') },
    ...(search.deviceId
      ? [
          {
            key: 'deviceId',
            label: text('oneDevice'),
            single: true,
            options: [{ value: search.deviceId, label: deviceName ?? search.deviceId }],
          },
        ]
      : []),
    { key: 'group', label: text('group'), options: [], operators: maskOperators('group') },
    {
      key: 'address',
      label: text('address'),
      options: [],
      operators: [{ operator: '=', key: 'address', write: (typed) => typed }],
    },
    {
      key: 'application',
      label: text('product'),
      options: [],
      operators: maskOperators('application', 'notApplication'),
    },
    { key: 'task', label: text('task'), options: [], operators: maskOperators('task') },
    {
      key: 'unknown',
      label: text('catalogue'),
      single: true,
      options: [{ value: 'true', label: text('unknownOnly') }],
    },
  ];
  const { severity, notSeverity, type, notType, device, notDevice, deviceId, group, address } = search;
  const { application, notApplication, task, unknown, tenantId } = search;
  return {
    properties,
    values: {
      ...{ severity, notSeverity, type, notType, device, notDevice, deviceId, group, address },
      ...{ application, notApplication, task, text: search.text },
      unknown: unknown ? 'true' : undefined,
      tenantId: tenants.length > 0 ? tenantId : undefined,
    },
  };
};
