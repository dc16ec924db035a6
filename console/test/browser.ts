import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeFindings, buildConsole, launchChromium } from './chromium.ts';
import { startDouble } from './double/index.ts';

/** The built console in a folder of its own, so that a build of somebody else is neither used nor disturbed. */
export const startStage = async () => {
  const dist = await mkdtemp(join(tmpdir(), 'gatehouse-console-'));
  await buildConsole(dist);
  const browser = await launchChromium();

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
    findings: axeFindings,
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
