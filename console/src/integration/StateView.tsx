import type { Integration } from '@gatehouse/contract';
import { RelativeTime, StateMark, useText } from '../platform/index.ts';
import { integrationMessages } from './messages.ts';

const tones = { working: 'ok', waiting: 'info', failing: 'critical', stopped: 'critical', off: 'none' } as const;

export const StateView = ({ integration }: { integration: Integration }) => {
  const text = useText(integrationMessages);
  return <StateMark tone={tones[integration.state]}>{text(integration.state)}</StateMark>;
};

/** The last failure in words, with its age. */
export const HoldUpView = ({ problem }: { problem: { code: string; message: string; at: string } | null }) => {
  const text = useText(integrationMessages);
  return problem ? (
    <span className="gh-wrap">
      {problem.message} ({text('since')} <RelativeTime at={problem.at} />)
    </span>
  ) : null;
};
