import { z } from 'zod';
import { urlOneOf, urlText } from '../platform/index.ts';

export const severities = ['critical', 'functional-failure', 'warning', 'info'] as const;

export const ConfigurationSearch = z.object({
  /** `server`, or the number of a group of the chosen client. */
  place: urlText,
  tab: urlOneOf(severities),
  component: urlText,
  text: urlText,
});
export type ConfigurationSearch = z.output<typeof ConfigurationSearch>;
