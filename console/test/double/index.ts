/** A double of the server's HTTP API for the console's browser tests: real schemas, state in memory. Not shipped. */

import { answerBilling } from './billing.ts';
import { answerConnections } from './connections.ts';
import { answerEventKeeping } from './event-keeping.ts';
import { answerEventWork } from './event-work.ts';
import { answerFrequentEvents } from './frequent-events.ts';
import { answerGroups } from './groups.ts';
import { answerFrom } from './handlers.ts';
import { httpDouble } from './http.ts';
import { answerIncidents } from './incidents.ts';
import { answerInventory } from './inventory.ts';
import { answerLicenses } from './licenses.ts';
import { answerMappings } from './mappings.ts';
import { answerNotifications } from './notifications.ts';
import { answerPolicies } from './policies.ts';
import { answerRehearsals } from './rehearsals.ts';
import { answerRevisions } from './revisions.ts';
import { answerSecondaryServers } from './secondary-servers.ts';
import { answerServiceReports } from './service-reports.ts';
import { answerShadowRuns } from './shadow-runs.ts';
import { answerSiemExports } from './siem-exports.ts';
import { answerStatuses } from './statuses.ts';
import { answerTasks } from './tasks.ts';
import { answerTicketGuards } from './ticket-guards.ts';
import { answerTicketing } from './ticketing.ts';
import { answerTracing } from './tracing.ts';
import { createWorld } from './world.ts';

export const startDouble = async ({ kind, dist, port }: { kind: 'full' | 'empty'; dist: string; port?: number }) => {
  const http = httpDouble(dist);
  const world = createWorld(kind, new Date());
  answerFrom(http, world);
  const connections = answerConnections(http, kind, world);
  const places = answerGroups(http, world);
  answerEventKeeping(http, kind);
  answerSiemExports(http, kind);
  const notifications = answerNotifications(http, kind);
  const billing = answerBilling(http, kind, world);
  const reports = answerServiceReports(http, kind);
  answerLicenses(http, kind, world);
  answerIncidents(http, kind, world);
  answerSecondaryServers(http, world, kind);
  answerStatuses(http, world);
  answerFrequentEvents(http, kind, world);
  answerMappings(http, kind, world);
  answerPolicies(http, kind, world);
  answerRevisions(http, kind, world);
  answerInventory(http, world);
  const { selections, deletions } = answerEventWork(http, world);
  const tasks = answerTasks(http, kind, world);
  const rehearsals = answerRehearsals(http, kind);
  const shadowRuns = answerShadowRuns(http, kind);
  answerTicketGuards(http, kind);
  answerTracing(http, kind);
  const ticketing = answerTicketing(http, world);
  const address = await http.start(port);
  return {
    ...http,
    billing,
    world,
    places,
    connections,
    selections,
    deletions,
    notifications,
    tasks,
    reports,
    rehearsals,
    shadowRuns,
    ticketing,
    address,
  };
};
export { idOf } from './world.ts';
