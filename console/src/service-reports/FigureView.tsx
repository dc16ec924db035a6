/** A number with a bar beside it, so that rows can be compared at a glance. */
export const FigureView = ({
  value,
  most,
  tone = 'plain',
  label,
}: {
  value: number;
  /** What a whole bar stands for. */
  most: number;
  tone?: 'plain' | 'ok' | 'warning' | 'critical';
  label?: string;
}) => (
  <span className="gh-figure">
    {label && <span className="gh-figure-label">{label}</span>}
    <span className="gh-figure-number">{value.toLocaleString('en')}</span>
    <span className="gh-figure-track" aria-hidden="true">
      <span
        className={`gh-figure-bar gh-figure-${tone}`}
        style={{ inlineSize: `${most === 0 ? 0 : Math.min(100, (value / most) * 100)}%` }}
      />
    </span>
  </span>
);
