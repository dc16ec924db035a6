import { commonFacts } from './common/list.ts';
import type { AnyFact } from './fact.ts';
import { linuxFacts } from './linux/list.ts';

/** A platform that the agent learns gets a folder beside `linux/` and a line here. */
const platformFacts: Partial<Record<NodeJS.Platform, readonly AnyFact[]>> = { linux: linuxFacts };

/** Every fact that a sync of this platform tells. */
export const factsOf = (platform: NodeJS.Platform): readonly AnyFact[] => [
  ...commonFacts,
  ...(platformFacts[platform] ?? []),
];
