import type { DeviceSelectionSettings, DeviceTime } from '@gatehouse/contract';
import { useLevelWords, useText } from '../platform/index.ts';
import { type FlagField, flagFields, maskFields, timeFields } from './drafts.ts';
import { deviceSelectionMessages } from './messages.ts';

type Word = keyof typeof deviceSelectionMessages;

/** Label and answers of each question of a filter. */
export const flagWords = {
  unassigned: ['assignment', 'unassignedYes', 'unassignedNo'],
  visible: ['visibility', 'visible', 'notVisible'],
  isServer: ['role', 'roleServer', 'roleWorkstation'],
  agentInstalled: ['agent', 'agentYes', 'agentNo'],
  securityInstalled: ['security', 'securityYes', 'securityNo'],
  protectionRunning: ['protection', 'protectionYes', 'protectionNo'],
  restartRequired: ['restart', 'restartYes', 'restartNo'],
  activeThreats: ['threats', 'threatsYes', 'threatsNo'],
  detections: ['detections', 'threatsYes', 'threatsNo'],
  sameName: ['sameName', 'sameNameYes', 'sameNameNo'],
} as const satisfies Record<FlagField, readonly [Word, Word, Word]>;

const maskWords = {
  names: 'names',
  notNames: 'notNames',
  osNames: 'osNames',
  agentVersions: 'agentVersions',
  securityApplications: 'applications',
} as const satisfies Record<(typeof maskFields)[number], Word>;

/** What a selection looks for, in one line. */
export const useDeviceSelectionWords = () => {
  const text = useText(deviceSelectionMessages);
  const level = useLevelWords();
  const timeOf = (time: DeviceTime): string => {
    switch (time.kind) {
      case 'any':
        return text('timeAny');
      case 'never':
        return text('timeNever');
      case 'within':
      case 'before':
        return `${text(time.kind === 'within' ? 'timeWithin' : 'timeBefore')} ${time.amount} ${text(time.unit)}`;
      case 'between':
        return text('between', { from: time.from ?? text('openEnd'), to: time.to ?? text('openEnd') });
    }
  };
  const few = (values: readonly string[]) =>
    values.length > 3 ? `${values.slice(0, 3).join(', ')} …` : values.join(', ');
  const lists: [Word, (filter: DeviceSelectionSettings['filter']) => readonly string[]][] = [
    ['statuses', ({ statuses }) => statuses.map(level.status)],
    ['conditions', ({ conditions }) => conditions],
    ['tags', ({ tags }) => tags],
    ['notTags', ({ notTags }) => notTags],
    ['addresses', ({ addresses }) => addresses],
    ['osFamilies', ({ osFamilies }) => osFamilies],
    ['clients', ({ tenantIds }) => (tenantIds.length > 0 ? [String(tenantIds.length)] : [])],
    ['groups', ({ groups }) => (groups.length > 0 ? [String(groups.length)] : [])],
  ];
  return {
    looksFor: ({ filter }: DeviceSelectionSettings): string => {
      const parts = [
        ...maskFields.map((field) => [maskWords[field], filter[field]] as const),
        ...lists.map(([word, of]) => [word, of(filter)] as const),
      ].flatMap(([word, values]) => (values.length > 0 ? [`${text(word)}: ${few(values)}`] : []));
      const flags = flagFields.flatMap((field) => {
        const [label, yes, no] = flagWords[field];
        return filter[field] === null ? [] : [`${text(label)}: ${text(filter[field] ? yes : no)}`];
      });
      const times = timeFields.flatMap((field) =>
        filter[field].kind === 'any' ? [] : [`${text(field)}: ${timeOf(filter[field])}`],
      );
      return [...parts, ...flags, ...times].join('; ') || text('everything');
    },
    sort: ({ sort }: DeviceSelectionSettings): string =>
      text('sortOf', {
        by: text(`sort_${sort.by}`),
        direction: text(sort.descending ? 'descending' : 'ascending'),
      }),
  };
};
