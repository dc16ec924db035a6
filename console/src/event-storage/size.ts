const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as people read it: `43 MB`, `1.2 GB`. Powers of 1000, as disks are sold. */
export const sizeOf = (bytes: number): { amount: string; unit: (typeof UNITS)[number] } => {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return { amount: value < 10 && unit > 0 ? value.toFixed(1) : String(Math.round(value)), unit: UNITS[unit] ?? 'B' };
};
