import type { ServerLink } from '@gatehouse/contract';
import { RelativeTime, StateMark, useText } from '../platform/index.ts';
import { serverTreeMessages } from './messages.ts';

const tones = { new: 'none', connected: 'ok', unreachable: 'warning', refused: 'critical' } as const;

/** Whether a server can be read, since when, and what is wrong. */
export const LinkStateView = ({ link, isBrief = false }: { link: ServerLink; isBrief?: boolean }) => {
  const text = useText(serverTreeMessages);
  return (
    <span className="gh-wrap">
      <StateMark tone={tones[link.state]}>{text(link.state)}</StateMark>{' '}
      {link.state !== 'new' && (
        <>
          {text('since')} <RelativeTime at={link.since} />
        </>
      )}
      {!isBrief && link.problem && <div>{link.problem.message}</div>}
    </span>
  );
};
