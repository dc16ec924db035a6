/** How full something is, as a half circle that fills from the left; a line marks the maximum. */
export const GaugeView = ({
  label,
  valueText,
  value,
  maximum,
  top,
}: {
  label: string;
  /** What is read out, as `3 of 10`. */
  valueText: string;
  value: number;
  maximum: number;
  /** Where the half circle ends, above the maximum. */
  top: number;
}) => {
  const share = Math.min(1, Math.max(0, value / top));
  // From the left (half a turn) over the top to the right.
  const angle = Math.PI * (1 - maximum / top);
  const at = (radius: number) => [100 + radius * Math.cos(angle), 100 - radius * Math.sin(angle)] as const;
  const [[innerX, innerY], [outerX, outerY]] = [at(70), at(96)];
  const arc = 'M 17 100 A 83 83 0 0 1 183 100';
  return (
    <div className="gh-gauge">
      <meter className="gh-unseen" aria-label={label} min={0} max={top} high={maximum} value={Math.min(value, top)}>
        {valueText}
      </meter>
      <svg viewBox="0 0 200 108" aria-hidden="true" focusable="false">
        <path className="gh-gauge-track" d={arc} />
        {share > 0 && (
          <path
            className={value > maximum ? 'gh-gauge-over' : 'gh-gauge-fill'}
            d={arc}
            pathLength={100}
            strokeDasharray={`${share * 100} 200`}
          />
        )}
        <line className="gh-gauge-mark" x1={innerX} y1={innerY} x2={outerX} y2={outerY} />
      </svg>
    </div>
  );
};
