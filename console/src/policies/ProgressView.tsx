import { ENDPOINT_AGENT, type PolicyRow } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';

/** How far a policy has come, as a bar and in words. */
export const ProgressView = ({ policy }: { policy: Pick<PolicyRow, 'application' | 'progress'> }) => {
  const text = useText(policyMessages);
  const { devices, applied, pending, outOfDate, unknown } = policy.progress;
  if (policy.application !== ENDPOINT_AGENT) return <>{text('notKnown')}</>;
  if (devices === 0) return <>{text('noDevices')}</>;
  const parts = [
    { tone: 'ok', count: applied, words: null },
    { tone: 'info', count: pending, words: text('partPending', { count: pending }) },
    { tone: 'warning', count: outOfDate, words: text('partOutOfDate', { count: outOfDate }) },
    { tone: 'none', count: unknown, words: text('partUnknown', { count: unknown }) },
  ].filter(({ count }) => count > 0);
  const startOf = (at: number) => parts.slice(0, at).reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="gh-parts">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {parts.map(({ tone, count }, at) => (
          <rect
            key={tone}
            className={`gh-parts-${tone}`}
            x={(startOf(at) / devices) * 100}
            width={(count / devices) * 100}
            height="6"
          />
        ))}
      </svg>
      <div className="gh-wrap">
        {[text('appliedOf', { applied, devices }), ...parts.flatMap(({ words }) => words ?? [])].join(', ')}
      </div>
    </div>
  );
};
