/** Somebody at the console of a real server, with a browser: goes by clicks and keys, and shows every page to axe. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeFindings } from '../../console/test/chromium.ts';

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

export interface VisitorOptions {
  browser: Browser;
  /** Of the server, as http://127.0.0.1:43210. */
  url: string;
  /** How long a click may wait for its target, milliseconds. */
  patienceMs: number;
  /** Where pictures of the pages go; none are made without it. */
  picturesDir: string | undefined;
}

export interface FirstLoad {
  path: string;
  requests: number;
  /** As it went over the wire, compressed. */
  kilobytes: number;
  firstPaintMs: number;
  /** Until what was waited for was to be seen. */
  contentMs: number;
}

export interface Visitor {
  page: Page;
  /** What axe found, by the name of the page. */
  findings: Record<string, string[]>;
  /** Broken scripts and breaches of the content security policy. */
  complaints: string[];
  /** Looks at a page that has come to rest, in light and dark. `phone`: also as a narrow window shows its address. */
  look(name: string, options?: { page?: Page; phone?: boolean }): Promise<void>;
  /** Runs one step. @throws Error named after the step; the page as it was then is among the pictures */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** How many documents `page` has loaded; one, as long as neither a person nor a script reloads it. */
  documents(): number;
  /** Loads an address as a browser that was never here, but with this visitor's session. */
  firstLoadOf(path: string, isThere: (page: Page) => Promise<void>): Promise<FirstLoad>;
  close(): Promise<void>;
}

/** Waits until nothing on the page says that it is still being read. */
const settle = (page: Page): Promise<void> =>
  page.locator('.gh-waiting, [class*="awsui_skeleton"]').first().waitFor({ state: 'detached' });

const measure = async (page: Page, path: string, isThere: (page: Page) => Promise<void>): Promise<FirstLoad> => {
  const begun = performance.now();
  await page.goto(path);
  await isThere(page);
  const contentMs = Math.round(performance.now() - begun);
  const told = (await page.evaluate(`(() => {
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return {
      requests: entries.length,
      bytes: entries.reduce((sum, { transferSize }) => sum + transferSize, 0),
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    };
  })()`)) as { requests: number; bytes: number; paint: number };
  const { requests, bytes, paint } = told;
  return { path, requests, kilobytes: Math.round(bytes / 1000), firstPaintMs: Math.round(paint), contentMs };
};

export const startVisitor = async ({ browser, url, patienceMs, picturesDir }: VisitorOptions): Promise<Visitor> => {
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const openContext = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({ baseURL: url, viewport: DESK, reducedMotion: 'reduce', ...options });
    contexts.push(context);
    context.setDefaultTimeout(patienceMs);
    context.on('weberror', (broken) => complaints.push(broken.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text());
      }
    });
    return context;
  };
  const context = await openContext();
  const page = await context.newPage();
  const findings: Record<string, string[]> = {};
  let pictures = 0;
  let documents = 0;
  page.on('domcontentloaded', () => {
    documents += 1;
  });
  if (picturesDir !== undefined) mkdirSync(picturesDir, { recursive: true });

  const picture = async (of: Page, name: string) => {
    if (picturesDir !== undefined) await of.screenshot({ path: join(picturesDir, `${name}.png`) });
  };
  const keepFindings = (name: string, found: string[]) => {
    if (found.length > 0) findings[name] = [...(findings[name] ?? []), ...found];
  };

  const lookOnPhone = async (address: string, name: string) => {
    const phone = await context.newPage();
    try {
      await phone.setViewportSize(PHONE);
      await phone.goto(address);
      await phone.getByRole('heading', { level: 1 }).first().waitFor();
      await settle(phone);
      await picture(phone, name);
      keepFindings(name, await axeFindings(phone));
      const isTooWide = await phone.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (isTooWide) keepFindings(name, ['wider than the window: it scrolls sideways as a whole']);
    } finally {
      await phone.close();
    }
  };

  return {
    page,
    findings,
    complaints,
    look: async (name, { page: shown = page, phone = false } = {}) => {
      pictures += 1;
      const numbered = `${String(pictures).padStart(2, '0')} ${name}`;
      await settle(shown);
      await picture(shown, `${numbered} - light`);
      keepFindings(`${name}, light`, await axeFindings(shown));
      await shown.emulateMedia({ colorScheme: 'dark' });
      await picture(shown, `${numbered} - dark`);
      // Only colours differ in the dark.
      keepFindings(`${name}, dark`, await axeFindings(shown, ['color-contrast']));
      await shown.emulateMedia({ colorScheme: 'light' });
      if (phone) await lookOnPhone(shown.url(), `${numbered} - narrow`);
    },
    step: async (title, work) => {
      try {
        return await work();
      } catch (cause) {
        await picture(page, `failed - ${title.slice(0, 60)}`);
        throw new Error(`${title}: ${(cause as Error).message}`, { cause });
      }
    },
    documents: () => documents,
    firstLoadOf: async (path, isThere) => {
      const fresh = await openContext({ storageState: await context.storageState() });
      return measure(await fresh.newPage(), path, isThere);
    },
    close: async () => {
      for (const each of contexts) await each.close();
    },
  };
};
