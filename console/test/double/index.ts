/** A double of the server's HTTP API for the console's browser tests: real schemas, state in memory. Not shipped. */
import { answerEventKeeping } from './event-keeping.ts';
import { answerEventWork } from './event-work.ts';
import { answerFrequentEvents } from './frequent-events.ts';
import { answerGroups } from './groups.ts';
import { answerFrom } from './handlers.ts';
import { httpDouble } from './http.ts';
import { answerIncidents } from './incidents.ts';
import { answerInventory } from './inventory.ts';
import { answerLicenses } from './licenses.ts';
import { answerPolicies } from './policies.ts';
import { answerRevisions } from './revisions.ts';
import { answerSecondaryServers } from './secondary-servers.ts';
import { answerSiemExports } from './siem-exports.ts';
import { answerStatuses } from './statuses.ts';
import { answerTasks } from './tasks.ts';
import { createWorld } from './world.ts';

export const startDouble = async ({ kind, dist, port }: { kind: 'full' | 'empty'; dist: string; port?: number }) => {
  const http = httpDouble(dist);
  const world = createWorld(kind, new Date());
  answerFrom(http, world);
  const places = answerGroups(http, world);
  answerEventKeeping(http, kind);
  answerSiemExports(http, kind);
  answerLicenses(http, kind, world);
  answerIncidents(http, kind, world);
  answerSecondaryServers(http, world, kind);
  answerStatuses(http, world);
  answerFrequentEvents(http, kind, world);
  answerPolicies(http, kind, world);
  answerRevisions(http, kind, world);
  answerInventory(http, world);
  const { selections, deletions } = answerEventWork(http, world);
  const tasks = answerTasks(http, kind, world);
  const address = await http.start(port);
  return { ...http, world, places, selections, deletions, tasks, address };
};
export { idOf } from './world.ts';
