/** What every browser test needs: a built console in a folder of its own, the browser of this machine, and axe. */
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium of this machine; playwright-core brings none. */
const findChromium = (): string => {
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const place of [process.env.GATEHOUSE_CHROMIUM, ...places]) {
    if (!place) continue;
    try {
      accessSync(place, constants.X_OK);
      return place;
    } catch {
      // Not here: the next place, and a word for all of them below.
    }
  }
  throw new Error('The console tests need Chromium: install it, or name its program in GATEHOUSE_CHROMIUM');
};

/** Builds into a folder that nobody else uses, so that a build of somebody else is neither used nor disturbed. */
export const buildConsole = async (folder: string): Promise<void> => {
  // The test runner says "test", and React then builds its slow, twice-drawing self: what is tested must be what is shipped.
  const nodeEnv = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(import.meta.dirname, '..', 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true, reportCompressedSize: false },
    });
  } finally {
    process.env.NODE_ENV = nodeEnv;
  }
};

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

interface AxeResults {
  violations: { id: string; nodes: { html: string }[] }[];
}

const axeProgram = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page, as `rule: element`. */
export const axeFindings = async (page: Page, rules?: string[]): Promise<string[]> => {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(await axeProgram);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) });
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
};
