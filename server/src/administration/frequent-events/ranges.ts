/** First and last number of an unbroken run. */
export type NumberRange = [from: number, to: number];

/** The runs among these numbers, in order; a number twice is once. */
export const rangesOf = (numbers: readonly number[]): NumberRange[] => {
  const ranges: NumberRange[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && number <= last[1] + 1) last[1] = Math.max(last[1], number);
    else ranges.push([number, number]);
  }
  return ranges;
};

/** As PostgreSQL reads a set of numbers: `{[1,3],[7,7]}`. */
export const multirangeText = (ranges: readonly NumberRange[]): string =>
  `{${ranges.map(([from, to]) => `[${from},${to}]`).join(',')}}`;
