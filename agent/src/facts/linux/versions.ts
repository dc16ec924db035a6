/** Numbers and words in turn: `6.1.0-44-amd64` is 6 . 1 . 0 - 44 - amd64. */
const partsOf = (version: string): string[] => version.match(/\d+|[^\d]+/g) ?? [];

/** Orders versions of kernels: numbers by their value, what is between them by its letters. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one === other) continue;
    const difference = Number(one) - Number(other);
    if (Number.isFinite(difference) && difference !== 0) return difference;
    return one < other ? -1 : 1;
  }
  return 0;
};
