import type { SeverityName, StatusLevel } from '@gatehouse/contract';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

const shapes = {
  square: <rect x="2" y="2" width="12" height="12" rx="1" />,
  diamond: <path d="M8 1l7 7-7 7-7-7z" />,
  triangle: <path d="M8 1.5l7 13H1z" />,
  circle: <circle cx="8" cy="8" r="6.5" />,
  check: <path d="M6.4 13.2L1.3 8.1l1.6-1.6 3.5 3.5 6.7-6.9 1.6 1.6z" />,
} as const;

type Tone = 'critical' | 'failure' | 'warning' | 'info' | 'ok' | 'none';

/** A shape, a word and a colour: never a colour alone. */
const Mark = ({ shape, tone, word }: { shape: keyof typeof shapes; tone: Tone; word: string }) => (
  <span className={`gh-mark gh-mark-${tone}`}>
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
      {shapes[shape]}
    </svg>
    <span>{word}</span>
  </span>
);

const severityLooks = {
  critical: { shape: 'square', tone: 'critical', word: 'severityCritical' },
  'functional-failure': { shape: 'diamond', tone: 'failure', word: 'severityFunctionalFailure' },
  warning: { shape: 'triangle', tone: 'warning', word: 'severityWarning' },
  info: { shape: 'circle', tone: 'info', word: 'severityInfo' },
} as const satisfies Record<SeverityName, unknown>;

/** The severity of an event, the same everywhere. */
export const SeverityMark = ({ severity }: { severity: SeverityName }) => {
  const text = useText(platformMessages);
  const { shape, tone, word } = severityLooks[severity];
  return <Mark shape={shape} tone={tone} word={text(word)} />;
};

const levelLooks = {
  critical: { shape: 'square', tone: 'critical', word: 'statusCritical' },
  warning: { shape: 'triangle', tone: 'warning', word: 'statusWarning' },
  ok: { shape: 'check', tone: 'ok', word: 'statusOk' },
} as const satisfies Record<StatusLevel, unknown>;

/**
 * The status of a device: `Critical / Visible`. Without `visible` only the level, as for a condition. A status that is
 * better only since the device went out of sight says so, and does not look as if all were well.
 */
export const StatusMark = ({
  level,
  visible,
  noLongerSeen = false,
}: {
  level: StatusLevel;
  visible?: boolean;
  noLongerSeen?: boolean;
}) => {
  const text = useText(platformMessages);
  const { shape, tone, word } = levelLooks[level];
  if (noLongerSeen) {
    const isUnknown = level === 'ok';
    return (
      <Mark
        shape={isUnknown ? 'circle' : shape}
        tone={isUnknown ? 'none' : tone}
        word={`${text(word)} / ${text('noLongerSeen')}`}
      />
    );
  }
  return <Mark shape={shape} tone={tone} word={visible ? `${text(word)} / ${text('visible')}` : text(word)} />;
};

/** Whether something works, in words of the caller. */
export const StateMark = ({ tone, children }: { tone: Tone; children: string }) => (
  <Mark
    shape={
      (
        {
          critical: 'square',
          failure: 'diamond',
          warning: 'triangle',
          info: 'circle',
          ok: 'check',
          none: 'circle',
        } as const
      )[tone]
    }
    tone={tone}
    word={children}
  />
);

/** Words for filters and charts, where no mark fits. */
export const useLevelWords = () => {
  const text = useText(platformMessages);
  return {
    severity: (severity: SeverityName) => text(severityLooks[severity].word),
    status: (level: StatusLevel) => text(levelLooks[level].word),
  };
};
