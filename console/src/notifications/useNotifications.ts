import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications,
  NotificationState,
  sendNotificationAgain,
  testNotification,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlList, urlOneOf } from '../platform/index.ts';

/** How sending goes changes by itself. */
const REFETCH_MS = 5000;

export const NotificationSearch = z.object({
  ...listState,
  tab: urlOneOf(['settings', 'log']),
  state: urlList(NotificationState),
});
export type NotificationSearch = z.output<typeof NotificationSearch>;

export const useNotificationSettings = () => ({
  settings: useAsk(getNotificationSettings, {}, { refetchMs: () => REFETCH_MS }),
  change: useTell(changeNotificationSettings, { changes: [getNotificationSettings, listNotifications] }),
  test: useTell(testNotification),
});

export const useNotificationLog = ({ state, after, limit }: NotificationSearch) => ({
  list: useAsk(
    listNotifications,
    { query: { limit, after, state } },
    { topics: ['events'], keep: true, refetchMs: () => REFETCH_MS },
  ),
  again: useTell(sendNotificationAgain, { changes: [listNotifications, getNotificationSettings] }),
});
