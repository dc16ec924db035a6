/** `httpPort` -> `http-port` */
const words = (key: string, between: string): string =>
  key.replace(/[A-Z]/g, (letter) => between + letter.toLowerCase());

/** `httpPort` -> `--http-port` */
export const flagOf = (key: string): string => `--${words(key, '-')}`;

/** `httpPort` -> `GATEHOUSE_HTTP_PORT` */
export const variableOf = (key: string, prefix: string): string => prefix + words(key, '_').toUpperCase();

/** How many letters have to be changed, added, left out or swapped with their neighbour. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      row[j] = least;
    }
  }
  return at(a.length, b.length);
};

/** The known name that was probably meant, or null when none is near. */
export const nearest = (name: string, known: readonly string[]): string | null => {
  if (name.length > 100) return null;
  const lower = name.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : null;
};
