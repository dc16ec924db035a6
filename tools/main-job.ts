/** The whole story of Gatehouse, headless, each step with its time. See `npm run main-job -- --help`. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { expected } from './lib/say.mjs';
import { createReport, StepFailed } from './main-job/report.ts';
import { type Link, links, mainJob } from './main-job/story.ts';

const usage = `npm run main-job [-- --json] [-- --without ${links.join('|')}]

Starts a server, a PSA stand-in and an agent on free ports and a fresh data folder, and walks the main job from end to
end. Ends with 1 at the first step that fails.
  --json           one JSON object a line: {"step","title","ok","milliseconds","detail"}
  --without LINK   leaves a link of the chain out, to see that the story fails then
`;

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, without: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const without = links.find((link) => link === values.without);
  if (values.without !== undefined && !without) throw new Error(`--without takes one of ${links.join(', ')}`);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  await ensureDebianPackages([{ name: 'clamav', isThere: hasScanner }]);
  const report = createReport(values.json === true, print);
  try {
    await mainJob({ report, without: without as Link | undefined, ...(without && { patienceMs: 15_000 }) });
    report.total(true);
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    report.total(false);
    return 1;
  }
};

const hasScanner = () => existsSync('/usr/bin/clamscan') || existsSync('/usr/local/bin/clamscan');

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${expected(error).message}\n`);
  process.exitCode = 1;
}
