import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, type Stage, settle, signIn, startStage } from './browser.ts';
import { idOf } from './double/index.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const tenant = `/tenants/${idOf('tenant Northwind Dental')}`;
const device = `/devices/${idOf('device 0')}`;
const integration = `/integrations/${idOf('integration')}`;
const pages = [
  '/overview',
  `/devices?limit=10&text=pc`,
  `/devices?limit=10&selected=${idOf('device 0')}`,
  device,
  `${device}?tab=events&limit=10`,
  `${device}?tab=commands`,
  '/events?limit=10&within=24h&selected=9000000000000400',
  '/events?limit=10&selection=00000000-0000-4000-8000-00000000e001&device=*pc*&notSeverity=info',
  '/event-selections',
  '/event-selections/new',
  '/event-selections/00000000-0000-4000-8000-00000000e002',
  '/policies',
  '/tasks',
  '/tasks/new',
  '/policies/1',
  '/policies/2?tab=settings',
  '/policies/1?tab=profiles',
  '/tenants',
  tenant,
  `${tenant}?tab=statuses`,
  `${tenant}?tab=tokens`,
  '/integrations',
  integration,
  `${integration}?tab=tenants`,
  `${integration}?tab=mappings`,
  `${integration}?tab=ticketing`,
  `${integration}?tab=ticketing&section=events`,
  `${integration}?tab=ticketing&section=critical`,
  `${integration}?tab=ticketing&section=templates`,
  `${integration}?tab=ticketing&section=guards`,
  `${integration}?tab=ticketing&section=maintenance`,
  '/sources',
  '/integration-health',
  '/billing',
  '/billing?tab=journal&limit=10',
  '/tickets?limit=10',
  '/service-reports',
  '/service-reports?view=licenses',
  '/service-reports?view=psa',
  '/activity?limit=10',
  '/users',
  '/servers',
  `/servers/${idOf('server Branch North')}`,
  '/siem-exports',
  '/notifications',
  '/notifications?tab=log',
  '/licenses',
  '/license-usage',
  '/incidents',
  '/event-configuration',
  '/event-storage',
  '/audit?limit=10&selected=498',
  '/server',
];

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  test('no page keeps anybody out, and none breaks the content security policy', { timeout: 240_000 }, async () => {
    const { page, complaints, close } = await stage.open('full', { scheme });
    await signIn(page);
    const found: Record<string, string[]> = {};
    for (const path of pages) {
      await follow(page, path);
      // Only colours differ in the dark.
      const findings = await stage.findings(page, scheme === 'dark' ? ['color-contrast'] : undefined);
      if (findings.length > 0) found[path] = findings;
    }
    expect(found).toEqual({});
    expect(complaints).toEqual([]);
    await close();
  });
});

test('the pages before the console and the first minute after set-up keep nobody out', {
  timeout: 60_000,
}, async () => {
  const { page, double, close } = await stage.open('empty', { widthPx: 390 });
  double.world.setupNeeded = true;
  const found: Record<string, string[]> = {};
  for (const path of ['/setup?token=x', '/setup', '/sign-in']) {
    await page.goto(path);
    await settle(page);
    const findings = await stage.findings(page);
    if (findings.length > 0) found[path] = findings;
  }
  double.world.setupNeeded = false;
  await signIn(page);
  for (const path of ['/overview', '/devices', '/events', '/tenants', '/integrations', '/tickets', '/no-such-page']) {
    await follow(page, path);
    const findings = await stage.findings(page);
    if (findings.length > 0) found[path] = findings;
  }
  expect(found).toEqual({});
  await close();
});
