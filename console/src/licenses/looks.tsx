import type { LicenseKey, LicenseKind, LicenseState } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { StateMark, useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

const tones = {
  valid: 'ok',
  'expires-soon': 'warning',
  'over-limit': 'critical',
  expired: 'critical',
  blocked: 'critical',
} as const satisfies Record<LicenseState, unknown>;
export const licenseStates = Object.keys(tones) as LicenseState[];
export const licenseKinds = [
  'commercial',
  'subscription',
  'trial',
  'oem',
  'beta',
  'test',
] as const satisfies readonly LicenseKind[];

export const LicenseStateMark = ({ state }: { state: LicenseState }) => {
  const text = useText(licenseMessages);
  return <StateMark tone={tones[state]}>{text(state)}</StateMark>;
};

/** A day, without a zone: an expiry is the same day for everybody. */
export const DayOf = ({ at }: { at: string }) => {
  const intl = useIntl();
  return <time dateTime={at}>{intl.formatDate(at, { dateStyle: 'medium', timeZone: 'UTC' })}</time>;
};

export const ExpiryView = ({ license: { expiresAt, daysLeft } }: { license: LicenseKey }) => {
  const text = useText(licenseMessages);
  if (expiresAt === null) return <span>{text('noEnd')}</span>;
  return (
    <span className="gh-wrap">
      <DayOf at={expiresAt} />
      {daysLeft !== null && <div>{text('daysLeft', { days: daysLeft })}</div>}
    </span>
  );
};

/** How much of a key is in use: drawn, and in words. */
export const UsageBarView = ({ used, limit }: { used: number; limit: number | null }) => {
  const text = useText(licenseMessages);
  if (limit === null) return <span>{text('usedOnly', { used })}</span>;
  const words = text('usedOf', { used, limit, percent: Math.floor((used * 100) / limit) });
  // Room for a tenth above the limit, which is where the last warning comes.
  const scale = Math.max(limit * 1.1, used);
  return (
    <div className="gh-usage">
      <svg viewBox="0 0 110 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect className="gh-usage-track" x="0" y="0" width="110" height="8" />
        <rect
          className={used > limit ? 'gh-usage-over' : used * 10 > limit * 9 ? 'gh-usage-near' : 'gh-usage-fill'}
          x="0"
          y="0"
          width={(used / scale) * 110}
          height="8"
        />
        <line className="gh-usage-mark" x1={(limit / scale) * 110} x2={(limit / scale) * 110} y1="0" y2="8" />
      </svg>
      <span>{words}</span>
    </div>
  );
};
