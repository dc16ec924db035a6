import type { CommandState, TaskRun, TaskSchedule, TaskSettings } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { useText } from '../platform/index.ts';
import { taskMessages } from './messages.ts';

type Tone = 'critical' | 'warning' | 'info' | 'ok' | 'none';
type Word = keyof typeof taskMessages;

export const commandLooks = {
  waiting: { tone: 'none', word: 'stateWaiting' },
  taken: { tone: 'info', word: 'stateTaken' },
  running: { tone: 'info', word: 'stateRunning' },
  suspended: { tone: 'warning', word: 'stateSuspended' },
  completed: { tone: 'ok', word: 'stateCompleted' },
  'completed-with-warnings': { tone: 'warning', word: 'stateWarnings' },
  failed: { tone: 'critical', word: 'stateFailed' },
  expired: { tone: 'warning', word: 'stateExpired' },
  cancelled: { tone: 'none', word: 'stateCancelled' },
} as const satisfies Record<CommandState, { tone: Tone; word: Word }>;

export const countLooks = [
  ['pending', 'none'],
  ['scheduled', 'info'],
  ['running', 'info'],
  ['paused', 'warning'],
  ['completed', 'ok'],
  ['warning', 'warning'],
  ['failed', 'critical'],
  ['expired', 'warning'],
  ['cancelled', 'none'],
] as const satisfies readonly [keyof TaskRun['counts'], Tone][];

/** How a run is, in one word and tone. */
export const runLook = (run: Pick<TaskRun, 'state' | 'request' | 'counts'>): { tone: Tone; word: Word } => {
  const { failed, expired, cancelled, warning, completed } = run.counts;
  if (run.state === 'preparing') return { tone: 'info', word: 'runPreparing' };
  if (run.state === 'running') {
    if (run.request === 'cancel') return { tone: 'warning', word: 'runCancelling' };
    return run.request === 'pause' ? { tone: 'warning', word: 'runPausing' } : { tone: 'info', word: 'runRunning' };
  }
  if (failed > 0) return { tone: 'critical', word: 'failed' };
  if (expired > 0) return { tone: 'warning', word: 'expired' };
  if (cancelled > 0) return { tone: 'none', word: 'cancelled' };
  if (warning > 0) return { tone: 'warning', word: 'warning' };
  return completed > 0 ? { tone: 'ok', word: 'completed' } : { tone: 'none', word: 'runFinished' };
};

export const clockOf = (minuteOfDay: number): string =>
  `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;

/** Names of the days of the week in the user's language, Sunday first. */
export const useWeekdays = (): string[] => {
  const intl = useIntl();
  // 4 January 1970 was a Sunday.
  return Array.from({ length: 7 }, (_, day) =>
    intl.formatDate(new Date(Date.UTC(1970, 0, 4 + day)), { weekday: 'long', timeZone: 'UTC' }),
  );
};

/** Schedules and causes as sentences. */
export const useTaskWords = () => {
  const intl = useIntl();
  const text = useText(taskMessages);
  const weekdays = useWeekdays();

  const scheduleWords = (schedule: TaskSchedule): string => {
    switch (schedule.kind) {
      case 'manual':
        return text('manual');
      case 'once':
        return text('onceAt', { time: intl.formatDate(schedule.at, { dateStyle: 'medium', timeStyle: 'short' }) });
      case 'interval': {
        const words = { minutes: 'everyMinutes', hours: 'everyHours', days: 'everyDays' } as const;
        return text(words[schedule.unit], { count: schedule.every });
      }
      case 'daily':
        return text('dailyAt', { time: clockOf(schedule.minuteOfDay) });
      case 'weekly':
        return text('weeklyAt', {
          days: intl.formatList(
            [...schedule.weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((day) => weekdays[day] ?? ''),
          ),
          time: clockOf(schedule.minuteOfDay),
        });
      case 'monthly':
        return text('monthlyAt', { day: schedule.dayOfMonth, time: clockOf(schedule.minuteOfDay) });
      case 'on-event':
        return text('onEventOf', { types: schedule.eventTypes.join(', ') });
      case 'after-task':
        return text('afterTask');
    }
  };

  return {
    scheduleOf: ({ schedule, enabled }: Pick<TaskSettings, 'schedule' | 'enabled'>): string =>
      enabled || schedule.kind === 'manual' ? scheduleWords(schedule) : `${text('off')} (${scheduleWords(schedule)})`,
    causeOf: ({ cause, causeText }: Pick<TaskRun, 'cause' | 'causeText'>): string => {
      const words = {
        manual: 'causeManual',
        schedule: 'causeSchedule',
        event: 'causeEvent',
        'after-task': 'causeAfter',
        retry: 'causeRetry',
      } as const;
      return text(words[cause], { text: causeText });
    },
  };
};
