import { type Params, required } from '@gatehouse/protocols/ksc-open-api';
import type { Call, Method, MethodClass, OpenApiDoors } from '../method.ts';

type Row = Awaited<ReturnType<ReturnType<OpenApiDoors['frequentEventsOf']>['listed']>>[number];

const row = (event: Row): Params => ({
  KLEVP_SPAM_EVENT_ID: event.id,
  KLEVP_SPAM_EVENT_TYPE: event.type,
  KLEVP_SPAM_EVENT_DISPLAY_TYPE: event.display_name,
  KLEVP_SPAM_EVENT_SEVERITY: event.severity,
  KLEVP_SPAM_EVENT_IS_EXCLUDED: event.state === 'excluded',
  KLEVP_SPAM_EVENT_PROD_NAME: event.product,
  KLEVP_SPAM_EVENT_PROD_DISP_NAME: event.product,
  KLEVP_SPAM_EVENT_PROD_VER: event.product_version,
  KLEVP_SPAM_EVENT_PROD_DISP_VER: event.display_version_max,
  KLEVP_SPAM_EVENT_PROD_DISP_VER_MIN: event.display_version_min,
  KLEVP_SPAM_EVENT_PROD_DISP_VER_MAX: event.display_version_max,
  KLEVP_SPAM_EVENT_TASK_ID: event.task_id,
  KLEVP_SPAM_EVENT_DISPLAY_TASK_NAME: event.task_name,
  KLEVP_SPAM_EVENT_TASK_STATE: 0,
});

/** Only of the server that the login is for: each virtual server has a list of its own. */
const change = (audit: string, act: 'exclude' | 'blockAgain' | 'remove'): Method => ({
  needs: 'server:write',
  audit,
  run: async ({ args, login, administration }: Call) => {
    const ids = required(args.strings('pArraySpamEventIds'), 'pArraySpamEventIds');
    await administration.frequentEvents[act](login.scope(true), [...new Set(ids)], login.user.name);
    return {};
  },
});

/** SpamEvents: kinds of events that are kept out because there were too many (KSCAPI 13, class SpamEvents). */
export const spamEventsClass: MethodClass = {
  GetSpamList: {
    needs: 'events:read',
    run: async ({ login, administration }) => ({
      PxgRetVal: (await administration.frequentEventsOf(login.scope(true)).listed()).map(row),
    }),
  },
  AddToExclusion: change('frequent-event.excluded', 'exclude'),
  RemoveFromExclusion: change('frequent-event.blocked', 'blockAgain'),
  RemoveFromSpamList: change('frequent-event.removed', 'remove'),
};
