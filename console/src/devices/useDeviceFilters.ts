import { osFamilies } from '@gatehouse/contract';
import {
  type FilterProperty,
  type FilterValues,
  maskOperators,
  platformMessages,
  useLevelWords,
  useText,
} from '../platform/index.ts';
import { type DeviceFilterState, type SeenTime, seenTimes } from './device-query.ts';
import { deviceMessages } from './messages.ts';

interface Choice {
  value: string;
  label: string;
}
export interface DeviceChoices {
  /** None when the top bar shows one client only. */
  tenants: Choice[];
  groups: Choice[];
  conditions: Choice[];
  tags: Choice[];
}

const osWords = { windows: 'osWindows', linux: 'osLinux', macos: 'osMacos', other: 'osOther' } as const;
const seenWords = {
  'within-1h': 'seenWithinHour',
  'within-1d': 'seenWithinDay',
  'within-7d': 'seenWithinWeek',
  'before-1d': 'seenBeforeDay',
  'before-7d': 'seenBeforeWeek',
  'before-30d': 'seenBeforeMonth',
} as const satisfies Record<SeenTime, keyof typeof deviceMessages>;

const flags = ['visible', 'server', 'unassigned', 'protected', 'restart'] as const;
type Flag = (typeof flags)[number];
const isFlag = (key: string): key is Flag => (flags as readonly string[]).includes(key);

/** What was chosen in the filter, as the address keeps it. */
export const stateOf = (values: FilterValues): Partial<DeviceFilterState> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (isFlag(key)) return [key, value === undefined ? undefined : value === 'true'];
      if (key === 'groupId') return [key, value === undefined ? undefined : Number(value)];
      return [key, value];
    }),
  );

/** What the list of devices can be filtered by. */
export const useDeviceFilters = (
  search: DeviceFilterState,
  { tenants, groups, conditions, tags }: DeviceChoices,
): { properties: FilterProperty[]; values: FilterValues } => {
  const text = useText(deviceMessages);
  const words = useText(platformMessages);
  const level = useLevelWords();
  const yesOrNo = (key: Flag, label: string, yes: string, no: string): FilterProperty => ({
    key,
    label,
    single: true,
    options: [
      { value: 'true', label: yes },
      { value: 'false', label: no },
    ],
  });
  const properties: FilterProperty[] = [
    {
      key: 'status',
      label: text('status'),
      options: (['critical', 'warning', 'ok'] as const).map((value) => ({ value, label: level.status(value) })),
    },
    { key: 'condition', label: text('condition'), options: conditions },
    yesOrNo('visible', text('visibility'), words('visible'), words('notVisible')),
    ...(tenants.length > 0 ? [{ key: 'tenantId', label: text('tenant'), options: tenants }] : []),
    ...(groups.length > 0 || search.groupId !== undefined
      ? [{ key: 'groupId', label: text('group'), options: groups, single: true }]
      : []),
    {
      key: 'tag',
      label: text('tags'),
      options: tags,
      operators: [
        { operator: '=', key: 'tag' },
        { operator: '!=', key: 'notTag' },
      ],
    },
    { key: 'name', label: text('name'), options: [], operators: maskOperators('name', 'notName') },
    {
      key: 'address',
      label: text('addressRange'),
      options: [],
      operators: [{ operator: '=', key: 'address', write: (typed) => typed.trim() }],
    },
    {
      key: 'os',
      label: text('osFamily'),
      options: osFamilies.map((value) => ({ value, label: text(osWords[value]) })),
    },
    { key: 'osName', label: text('os'), options: [], operators: maskOperators('osName') },
    yesOrNo('server', text('role'), text('roleServer'), text('roleWorkstation')),
    {
      key: 'seen',
      label: text('lastSeen'),
      single: true,
      options: (Object.keys(seenTimes) as SeenTime[]).map((value) => ({ value, label: text(seenWords[value]) })),
    },
    { key: 'application', label: text('application'), options: [], operators: maskOperators('application') },
    yesOrNo('protected', text('protection'), text('protectionRunning'), text('protectionStopped')),
    { key: 'agent', label: text('agentVersion'), options: [], operators: maskOperators('agent') },
    yesOrNo('restart', text('restart'), text('restartRequired'), text('restartNotNeeded')),
    yesOrNo('unassigned', text('unassigned'), text('unassignedYes'), text('unassignedNo')),
  ];
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : String(value));
  const { status, condition, tag, notTag, name, notName, address, os, osName, seen, application, agent } = search;
  return {
    properties,
    values: {
      ...{ status, condition, tag, notTag, name, notName, address, os, osName, seen, application, agent },
      text: search.text,
      tenantId: tenants.length > 0 ? search.tenantId : undefined,
      groupId: search.groupId === undefined ? undefined : String(search.groupId),
      visible: flag(search.visible),
      server: flag(search.server),
      protected: flag(search.protected),
      restart: flag(search.restart),
      unassigned: flag(search.unassigned),
    },
  };
};
