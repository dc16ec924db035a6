/** A double of the server's HTTP API for the console's browser tests: real schemas, state in memory. Not shipped. */
import { answerEventKeeping } from './event-keeping.ts';
import { answerEventWork } from './event-work.ts';
import { answerFrequentEvents } from './frequent-events.ts';
import { answerFrom } from './handlers.ts';
import { httpDouble } from './http.ts';
import { answerRevisions } from './revisions.ts';
import { answerSiemExports } from './siem-exports.ts';
import { answerStatuses } from './statuses.ts';
import { createWorld } from './world.ts';

export const startDouble = async ({ kind, dist, port }: { kind: 'full' | 'empty'; dist: string; port?: number }) => {
  const http = httpDouble(dist);
  const world = createWorld(kind, new Date());
  answerFrom(http, world);
  answerEventKeeping(http, kind);
  answerSiemExports(http, kind);
  answerStatuses(http, world);
  answerFrequentEvents(http, kind, world);
  answerRevisions(http, kind, world);
  const { selections, deletions } = answerEventWork(http, world);
  const address = await http.start(port);
  return { ...http, world, selections, deletions, address };
};
export { idOf } from './world.ts';
