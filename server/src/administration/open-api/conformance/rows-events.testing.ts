import type { Row, Rows } from './row.testing.ts';

const NO_ITERATOR = { strIteratorId: 'F'.repeat(32) };
const created: Row = {
  args: () => ({
    vecFieldsToReturn: ['event_db_id', 'GNRL_EA_SEVERITY'],
    vecFieldsToOrder: [{ type: 'params', value: { Name: 'event_db_id', Asc: false } }],
    lifetimeSec: 60,
  }),
};
const ofHost: Row = {
  args: (place) => ({
    ...{ strDomainName: '', strHostName: place.host, strProduct: '', strVersion: '' },
    ...{ vecFieldsToReturn: ['event_db_id'], vecFieldsToOrder: [], lifetimeSec: 60 },
  }),
  required: ['strHostName'],
  unread: ['strDomainName'],
  names: { strHostName: 'no-such-host' },
  isolated: true,
};
const iterator: Row = {
  args: async (place) => ({ strIteratorId: await place.events() }),
  required: ['strIteratorId'],
  names: NO_ITERATOR,
  isolated: true,
};
const BLOCKS = {
  EVP_EVENT_BLOCKS: [
    {
      type: 'params',
      value: {
        EVP_EVENT_BLOCK_BEGIN_ID: { type: 'long', value: 99_999_990 },
        EVP_EVENT_BLOCK_END_ID: { type: 'long', value: 99_999_999 },
      },
    },
  ],
};
const spam: Row = {
  notCalled: 'a kind of event is listed only after thousands of it: see events-of-programs.test.ts',
  required: ['pArraySpamEventIds'],
};

export const eventRows: Rows = {
  'EventProcessingFactory.CreateEventProcessing': created,
  'EventProcessingFactory.CreateEventProcessing2': {
    args: (place) => ({ ...created.args?.(place), pFilter: { GNRL_EA_SEVERITY: 4, KLEVP_RFC2254_FILTER: '' } }),
  },
  'EventProcessingFactory.CreateEventProcessingForHost': ofHost,
  'EventProcessingFactory.CreateEventProcessingForHost2': {
    ...ofHost,
    args: (place) => ({ strHostName: place.host, pFilter: { KLEVP_EVENT_RISE_TIME_LAST_DAYS: 0 } }),
  },
  'EventProcessing.GetRecordCount': iterator,
  'EventProcessing.GetRecordRange': {
    ...iterator,
    args: async (place) => ({ strIteratorId: await place.events(), nStart: 0, nEnd: 99 }),
  },
  'EventProcessing.InitiateDelete': {
    ...iterator,
    args: async (place) => ({ strIteratorId: await place.events(), pSettings: BLOCKS }),
    required: ['strIteratorId', 'pSettings'],
  },
  'EventProcessing.CancelDelete': {
    notCalled: 'a deletion must be under way: see event-processing.test.ts',
    required: ['strIteratorId'],
  },
  'EventProcessing.ReleaseIterator': iterator,
  'ConEvents.Subscribe': {
    args: async (place) => {
      // Subscriptions of a login are bounded: those of earlier calls make room.
      for (let id = 1; id < 200; id += 1) await place.admin.ask('ConEvents.UnSubscribe', { nSubsId: id });
      return { wstrEvent: 'GNRL_EV_VIRUS_FOUND', pFilter: {} };
    },
    required: ['wstrEvent'],
  },
  'ConEvents.UnSubscribe': {
    args: async (place) => ({ nSubsId: await place.answerOf('ConEvents.Subscribe', { wstrEvent: 'X' }) }),
    required: ['nSubsId'],
    names: { nSubsId: 9_999_999 },
    isolated: true,
  },
  'ConEvents.Retrieve': {
    args: async (place) => {
      await place.answerOf('ConEvents.Subscribe', { wstrEvent: 'X' });
      return {};
    },
    isolated: true,
  },
  'ConEvents.IsAnyServiceConsoleAvailable': { args: () => ({}) },
  'ConEvents.IsServiceConsoleAvailable': {
    args: () => ({ wstrProdName: 'KES', wstrProdVersion: '11.0.0.0' }),
    unread: ['wstrProdName', 'wstrProdVersion'],
  },
  'EventNotificationsApi.PublishEvent': {
    args: () => ({
      wstrEventType: 'CONFORMANCE',
      pEventBody: { event_type_display_name: 'Told', GNRL_EA_DESCRIPTION: 'By a program', GNRL_EA_SEVERITY: 1 },
      tmBirthTime: '2026-01-02T03:04:05Z',
    }),
    required: ['wstrEventType', 'pEventBody'],
  },
  'EventNotificationProperties.GetDefaultSettings': { args: () => ({}) },
  'EventNotificationProperties.SetDefaultSettings': {
    args: () => ({ pSettings: { KLEVP_ND_EMAIL_SUBJECT: '%EVENT%' } }),
    required: ['pSettings'],
  },
  'EventNotificationProperties.GetNotificationLimits': { args: () => ({}) },
  'EventNotificationProperties.SetNotificationLimits': {
    args: () => ({ pSettings: { KLEVP_MAX_EVENTS_TO_SEND_PER_PERIOD: 10 } }),
    required: ['pSettings'],
  },
  'EventNotificationProperties.TestNotification': {
    notCalled: 'a mail server must be there: see event-notification-properties.test.ts',
    required: ['eType', 'pSettings'],
  },
  'SpamEvents.GetSpamList': { args: () => ({}) },
  'SpamEvents.AddToExclusion': spam,
  'SpamEvents.RemoveFromExclusion': spam,
  'SpamEvents.RemoveFromSpamList': spam,
};
