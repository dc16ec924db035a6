/** Tells each step with its time: for people, or as one JSON object a line for programs. */
export interface Report {
  step<T>(title: string, work: () => Promise<{ result: T; detail: string }>): Promise<T>;
  total(ok: boolean): void;
}

export class StepFailed extends Error {
  override name = 'StepFailed';
}

export const createReport = (asJson: boolean, print: (line: string) => void): Report => {
  const begun = performance.now();
  let number = 0;
  const tell = (ok: boolean, title: string, ms: number, detail: string) => {
    if (asJson) print(JSON.stringify({ step: number, title, ok, milliseconds: Math.round(ms), detail }));
    else
      print(
        `${ok ? 'ok  ' : 'FAIL'} ${String(number).padStart(2)}  ${(ms / 1000).toFixed(2).padStart(7)} s  ${title}${detail ? ` (${detail})` : ''}`,
      );
  };
  return {
    step: async (title, work) => {
      number += 1;
      const from = performance.now();
      try {
        const { result, detail } = await work();
        tell(true, title, performance.now() - from, detail);
        return result;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        tell(false, title, performance.now() - from, why);
        throw new StepFailed(why, { cause: error });
      }
    },
    total: (ok) => {
      const ms = performance.now() - begun;
      if (asJson) print(JSON.stringify({ ok, steps: number, milliseconds: Math.round(ms) }));
      else
        print(
          `${ok ? 'The main job works from end to end' : 'The main job does not work'}: ${number} steps in ${(ms / 1000).toFixed(1)} s`,
        );
    },
  };
};
