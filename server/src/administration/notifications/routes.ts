import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  type Notification,
  type NotificationSettingsView,
  sendNotificationAgain,
  testNotification,
} from '@gatehouse/contract';
import { Conflict, Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { Delivery } from './delivery.ts';
import type { NotificationSettingsDoor } from './settings.ts';
import { type NotificationRow, type NotificationStore, notFailed } from './store.ts';
import { GIVE_UP_MS } from './taker.ts';

export interface NotificationParts {
  store: NotificationStore;
  settings: NotificationSettingsDoor;
  delivery: Delivery;
  clock: () => Date;
}

const shown = (row: NotificationRow): Notification => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  channel: row.channel,
  kind: row.kind,
  event: row.event,
  folded: row.folded,
  recipients: row.recipients,
  subject: row.subject,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  sentAt: row.sent_at?.toISOString() ?? null,
  nextTryAt: row.next_try_at?.toISOString() ?? null,
});

/** The settings are those of the whole server, and name who is told about all clients. */
const requireAllTenants = (actor: Actor): void => {
  if (actor.tenantIds !== null) {
    throw new Forbidden('Only users of all clients may handle the notifications of the server', 'notifications.scope');
  }
};

export const notificationRoutes = (http: Http, { store, settings, delivery, clock }: NotificationParts): void => {
  const view = async (): Promise<NotificationSettingsView> => {
    const read = await settings.read();
    const { mail, sms } = read.settings;
    return {
      ...read,
      state: {
        mail: await delivery.stateOf('mail', mail.enabled),
        sms: await delivery.stateOf('sms', sms.enabled),
      },
    };
  };

  route(http, getNotificationSettings, ({ actor }) => {
    requireAllTenants(actor);
    return view();
  });

  route(http, changeNotificationSettings, async ({ actor, body, audit }) => {
    requireAllTenants(actor);
    const { before } = await settings.save(body);
    audit({ before });
    return view();
  });

  route(http, testNotification, ({ actor, body }) => {
    requireAllTenants(actor);
    return settings.tryOut(body.channel, body.settings);
  });

  route(http, listNotifications, async ({ actor, query }) => {
    const { state, limit, after } = query;
    const { rows, next } = await store.page({ states: state, tenantIds: actor.tenantIds, limit, after });
    return { items: rows.map(shown), next };
  });

  route(http, sendNotificationAgain, async ({ actor, params, audit }) => {
    const row = await store.get(params.notificationId);
    if (actor.tenantIds !== null && (row.tenant_id === null || !actor.tenantIds.includes(row.tenant_id))) {
      throw new NotFound('notification', params.notificationId);
    }
    if (row.state !== 'failed') throw notFailed();
    const channel = (await settings.read()).settings[row.channel];
    const recipients = channel.recipients.filter((address) => !row.accepted.includes(address));
    if (!channel.enabled || recipients.length === 0) {
      throw new Conflict(
        'notification.nobody-to-tell',
        'There is no recipient who has not got it: look at the recipients, and whether notifications are switched on',
      );
    }
    const now = clock();
    await store.sendAgain(row.id, recipients, now, new Date(now.getTime() + GIVE_UP_MS));
    delivery.poke();
    audit({ before: { state: row.state, reason: row.reason }, after: { recipients } });
    return shown(await store.get(row.id));
  });
};
