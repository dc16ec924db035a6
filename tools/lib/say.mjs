/** Progress for people who wait: what is going on, and how long it took. One plain line each. */

export const say = (text) => console.log(`gatehouse: ${text}`);

/** A reason to stop that its reader can mend: printed without a stack. */
export class CannotGoOn extends Error {
  name = 'CannotGoOn';
}

/** For `catch`: hands back a CannotGoOn; anything else is a bug and is thrown on. */
export const expected = (error) => {
  if (!(error instanceof CannotGoOn)) throw error;
  return error;
};

/** "0.3 s", "41 s": tenths only where they tell something. */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;

/** Announces a long step, runs it and says how long it took. */
export const step = async (title, work) => {
  say(`${title} …`);
  const begun = performance.now();
  const result = await work();
  say(`${title}: done in ${seconds(performance.now() - begun)}`);
  return result;
};

/** Runs an entry script: its exit code is what `main` returns; what stops it is said in one sentence. */
export const runScript = async (main) => {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`gatehouse: ${expected(error).message}`);
    process.exitCode = 1;
  }
};
