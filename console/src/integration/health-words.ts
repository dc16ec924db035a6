const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** A length of time in the unit that reads best: 59 seconds, 2 minutes, 3 hours, 4 days. */
export const lengthOf = (seconds: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number } => {
  if (seconds < MINUTE_SECONDS) return { unit: 'seconds', count: Math.round(seconds) };
  if (seconds < HOUR_SECONDS) return { unit: 'minutes', count: Math.floor(seconds / MINUTE_SECONDS) };
  if (seconds < 2 * DAY_SECONDS) return { unit: 'hours', count: Math.floor(seconds / HOUR_SECONDS) };
  return { unit: 'days', count: Math.floor(seconds / DAY_SECONDS) };
};

export interface TypedHealthSettings {
  minutes: string;
  withTicket: boolean;
  integrationId: string;
  accountId: string;
}

/** What is sent, or the fields that are wrong. */
export const healthSettingsOf = ({ minutes, withTicket, integrationId, accountId }: TypedHealthSettings) => {
  const alarmAfterMinutes = Number(minutes.trim() === '' ? Number.NaN : minutes);
  const isTime = Number.isInteger(alarmAfterMinutes) && alarmAfterMinutes >= 1 && alarmAfterMinutes <= 10_080;
  const issues = { minutes: !isTime, accountId: withTicket && (integrationId === '' || accountId === '') };
  return {
    issues,
    settings:
      issues.minutes || issues.accountId
        ? null
        : { alarmAfterMinutes, ticket: withTicket ? { integrationId, accountId } : null },
  };
};
