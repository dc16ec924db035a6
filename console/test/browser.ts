import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { startDouble } from './double/index.ts';

interface Axe {
  axe: {
    run(
      place: Document,
      options: { resultTypes: string[]; runOnly?: string[] },
    ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
  };
}

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

/** The built console in a folder of its own, so that a build of somebody else is neither used nor disturbed. */
export const startStage = async () => {
  const dist = await mkdtemp(join(tmpdir(), 'gatehouse-console-'));
  // The test runner says "test", and React then builds its slow, twice-drawing self: what is tested must be what is shipped.
  const nodeEnv = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  await build({
    configFile: join(import.meta.dirname, '..', 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, reportCompressedSize: false },
  });
  process.env.NODE_ENV = nodeEnv;
  const browser: Browser = await chromium.launch({
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
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  /** A server double and a browser window that looks at it. */
  const open = async (
    kind: 'full' | 'empty',
    { scheme = 'light' as 'light' | 'dark', widthPx = 1440 }: { scheme?: 'light' | 'dark'; widthPx?: number } = {},
  ) => {
    const double = await startDouble({ kind, dist });
    const context = await browser.newContext({
      baseURL: double.address,
      colorScheme: scheme,
      viewport: { width: widthPx, height: 900 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    /** What the browser complains of: broken scripts and breaches of the content security policy. */
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    return {
      double,
      page,
      complaints,
      close: async () => {
        await context.close();
        await double.stop();
      },
    };
  };

  return {
    open,
    /** What axe finds on the page, as `rule: element`. */
    findings: async (page: Page, rules?: string[]): Promise<string[]> => {
      if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
      return page.evaluate(async (runOnly) => {
        const options = { resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) };
        const { violations } = await (globalThis as unknown as Axe).axe.run(document, options);
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
      }, rules);
    },
    close: async () => {
      await browser.close();
      await rm(dist, { recursive: true, force: true });
    },
  };
};
export type Stage = Awaited<ReturnType<typeof startStage>>;

export const signIn = async (page: Page, path = '/overview'): Promise<void> => {
  await page.goto(path);
  await page.getByLabel('Name', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  // The kit's charts throw when they go away under the pointer, which would rest where the button was.
  await page.mouse.move(0, 0);
};

/** Waits until nothing on the page says that it is still being read. */
export const settle = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('.gh-waiting, [class*="awsui_skeleton"]') === null);
};

/** Goes to another page as a link of the console does, without loading it anew. */
export const follow = async (page: Page, path: string): Promise<void> => {
  await page.evaluate((address) => {
    history.pushState({}, '', address);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await page.waitForTimeout(50);
  await settle(page);
};
