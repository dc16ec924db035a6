import type { ConditionSettings, LevelSetting } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { statusMessages } from './messages.ts';

/** What a level is set to, in words: `more than 3 days`, `Running`. */
export const useValueWords = () => {
  const text = useText(statusMessages);
  return (
    { comparison, number, choice, choices }: ConditionSettings,
    { value, choices: chosen }: LevelSetting,
  ): string => {
    const named = (choices?.options ?? []).filter(({ key }) => chosen.includes(key)).map(({ title }) => title);
    const main = number
      ? value === null
        ? text('noValue')
        : text(comparison === 'below' ? 'below' : 'above', { value: String(value), unit: number.unit })
      : choice
        ? (choice.options.find(({ key }) => key === value)?.title ?? text('noValue'))
        : null;
    if (choices && named.length > 0) return [main, `${choices.label}: ${named.join('; ')}`].filter(Boolean).join('. ');
    return main ?? (choices ? text('noValue') : text('whenever'));
  };
};
