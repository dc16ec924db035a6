import type { NotificationChannelState } from '@gatehouse/contract';
import { RelativeTime, StateMark, useText } from '../platform/index.ts';
import { notificationMessages } from './messages.ts';

const tones = { off: 'none', working: 'ok', failing: 'warning' } as const;

/** How sending by mail or SMS goes, with the last complaint in the mail server's own words. */
export const ChannelStateView = ({ state }: { state: NotificationChannelState }) => {
  const text = useText(notificationMessages);
  return (
    <div className="gh-wrap">
      <StateMark tone={tones[state.kind]}>{text(state.kind)}</StateMark>
      {state.kind !== 'off' && `, ${text('waitingCount', { count: state.waiting })}`}
      {state.lastSentAt && (
        <>
          , {text('lastSent')} <RelativeTime at={state.lastSentAt} />
        </>
      )}
      {state.lastError && (
        <div>
          {state.lastError}
          {state.lastErrorAt && (
            <>
              {' '}
              (<RelativeTime at={state.lastErrorAt} />)
            </>
          )}
        </div>
      )}
    </div>
  );
};
