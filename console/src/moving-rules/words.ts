import type { MovingRule } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { movingRuleMessages } from './messages.ts';

export const modeWords = {
  enrolment: ['modeEnrolment', 'modeEnrolmentHint'],
  once: ['modeOnce', 'modeOnceHint'],
  always: ['modeAlways', 'modeAlwaysHint'],
} as const;
export const reachWords = { unassigned: 'reachUnassigned', all: 'reachAll' } as const;
export const osWords = { windows: 'osWindows', linux: 'osLinux', macos: 'osMacos', other: 'osOther' } as const;

/** The conditions of a rule in one line. */
export const useRuleWords = () => {
  const text = useText(movingRuleMessages);
  return {
    conditions: ({ conditions: { names, addresses, osFamilies, osNames, isServer, tags } }: MovingRule): string => {
      const lists: [keyof typeof movingRuleMessages, readonly string[]][] = [
        ['names', names],
        ['addresses', addresses],
        ['osFamilies', osFamilies.map((family) => text(osWords[family]))],
        ['osNames', osNames],
        ['role', isServer === null ? [] : [text(isServer ? 'roleServer' : 'roleWorkstation')]],
        ['withTags', tags],
      ];
      return (
        lists
          .flatMap(([word, values]) => (values.length > 0 ? [`${text(word)}: ${values.join(', ')}`] : []))
          .join('; ') || text('allDevices')
      );
    },
  };
};
