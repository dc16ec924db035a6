import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { SystemLogState } from '@gatehouse/contract';
import { type Answer, Loaded, RelativeTime, StateMark, useText, Waiting } from '../platform/index.ts';
import { siemMessages } from './messages.ts';

const looks = {
  idle: { tone: 'none', word: 'logIdle' },
  working: { tone: 'ok', word: 'working' },
  failing: { tone: 'warning', word: 'failing' },
  'no-log': { tone: 'critical', word: 'logMissing' },
} as const satisfies Record<SystemLogState['kind'], unknown>;

/** How writing chosen event types to the operating system's log goes. */
export const SystemLogView = ({ answer }: { answer: Answer<SystemLogState> }) => {
  const text = useText(siemMessages);
  return (
    <Container
      header={
        <Header variant="h2" description={text('logHint')}>
          {text('log')}
        </Header>
      }
    >
      <Loaded of={answer} waiting={<Waiting lines={2} />}>
        {({ kind, socket, written, tooOld, lastWrittenAt, lastError }) => (
          <>
            <StateMark tone={looks[kind].tone}>{text(looks[kind].word)}</StateMark>
            {kind !== 'idle' && (
              <div className="gh-wrap">
                {lastError && <div>{lastError}</div>}
                <div>
                  {text('logWritten', { count: written, socket })}
                  {lastWrittenAt && (
                    <>
                      {' '}
                      (<RelativeTime at={lastWrittenAt} />)
                    </>
                  )}
                </div>
                {tooOld > 0 && <div>{text('logTooOld', { count: tooOld })}</div>}
              </div>
            )}
          </>
        )}
      </Loaded>
    </Container>
  );
};
