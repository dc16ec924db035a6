import { useText } from '../platform/index.ts';
import { shadowMessages } from './messages.ts';

/** A rule in words, with its level when it is one of a status. */
export const useRuleWords = () => {
  const text = useText(shadowMessages);
  return (reason: string, title: string): string => {
    if (reason.startsWith('status:critical:')) return text('level_critical', { title });
    if (reason.startsWith('status:warning:')) return text('level_warning', { title });
    return title;
  };
};
