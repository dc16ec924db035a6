import type { NotificationChannel, NotificationSettings } from '@gatehouse/contract';
import { type EventRow, SERVER_PRODUCT, severityNames } from '../events/index.ts';
import { bodyOf, cut, subjectOf, type TemplateValues } from './template.ts';

export interface Message {
  subject: string;
  body: string;
}

const SERVER_NAME = 'Administration Server';
const SEVERITY_WORDS = ['Info', 'Warning', 'Functional failure', 'Critical'];
const MOST_SMS_CHARACTERS = 1000;
const LINES_OF_A_SUMMARY = 100;

export const severityNameOf = (severity: number) => severityNames[severity - 1] ?? 'info';

const timeOf = (moment: Date): string => `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const phoneNumbers = ({ sms }: NotificationSettings): string => sms.phoneNumbers.join(', ');

const valuesOf = (event: EventRow, clientName: string, settings: NotificationSettings): TemplateValues => ({
  SEVERITY: SEVERITY_WORDS[event.severity - 1] ?? 'Info',
  COMPUTER: event.deviceName || SERVER_NAME,
  // Events do not carry the Windows domain of their device.
  DOMAIN: '',
  EVENT: event.displayName,
  DESCR: event.description,
  RISE_TIME: timeOf(event.riseTime),
  KLCSAK_EVENT_TASK_DISPLAY_NAME: event.taskName,
  KL_PRODUCT: event.product === SERVER_PRODUCT.name ? SERVER_NAME : event.product,
  KL_VERSION: event.productDisplayVersion || event.productVersion,
  HOST_IP: event.ipAddress,
  HOST_CONN_IP: event.ipAddress,
  GROUP: event.groupName.replace(/\/$/, ''),
  CLIENT: clientName,
  PHONE_NUMBERS: phoneNumbers(settings),
});

const limited = (channel: NotificationChannel, { subject, body }: Message): Message => ({
  subject,
  body: channel === 'sms' ? cut(body, MOST_SMS_CHARACTERS) : body,
});

/** What is told of an event. */
export const messageOf = (
  event: EventRow,
  channel: NotificationChannel,
  settings: NotificationSettings,
  clientName: string,
): Message => {
  const values = valuesOf(event, clientName, settings);
  const { subject, message } = settings[channel];
  return limited(channel, { subject: subjectOf(subject, values), body: bodyOf(message, values) });
};

/** What the test of the settings sends: nobody must take it for a threat. */
export const testMessage = (channel: NotificationChannel, settings: NotificationSettings, now: Date): Message => {
  const numbers = channel === 'sms' ? phoneNumbers(settings) : '';
  return limited(channel, {
    subject: 'Test of notifications',
    body: [
      `This is a test, sent at ${timeOf(now)}. Somebody pressed the test button; nothing happened to any device.`,
      ...(numbers ? [`Phone numbers: ${numbers}`] : []),
    ].join('\n'),
  });
};

/** An event that is told in a summary. */
export interface FoldedEvent {
  displayName: string;
  severity: string;
  deviceName: string;
  createdAt: Date;
}

/** What is told at the end of a period of the events that were over its limit. */
export const summaryOf = (
  channel: NotificationChannel,
  folded: { count: number; byType: readonly { displayName: string; count: number }[]; first: readonly FoldedEvent[] },
  settings: NotificationSettings,
  periodEndsAt: Date,
): Message => {
  const title = `${folded.count} more events until ${timeOf(periodEndsAt)}`;
  const counts = folded.byType.map(({ displayName, count }) => `${count} x ${displayName}`);
  const numbers = phoneNumbers(settings);
  if (channel === 'sms') {
    const body = `${title}: ${counts.join(', ')}`;
    return limited(channel, {
      subject: subjectOf(numbers ? '%PHONE_NUMBERS%' : '', { PHONE_NUMBERS: numbers }),
      body: bodyOf('%TEXT%', { TEXT: body }),
    });
  }
  const lines = folded.first
    .slice(0, LINES_OF_A_SUMMARY)
    .map(({ createdAt, severity, displayName, deviceName }) =>
      [timeOf(createdAt), severity, displayName, deviceName].filter(Boolean).join('; '),
    );
  const text = [
    'More events came than notifications may be sent in one period. These were not told one by one:',
    '',
    ...counts.map((line) => bodyOf('%LINE%', { LINE: line })),
    '',
    ...lines.map((line) => bodyOf('%LINE%', { LINE: line }).replaceAll('\n', ' ')),
    ...(folded.count > lines.length ? [`and ${folded.count - lines.length} others`] : []),
  ];
  return { subject: subjectOf('%TITLE%', { TITLE: title }), body: text.join('\n') };
};
