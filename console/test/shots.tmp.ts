import { chromium } from 'playwright-core';
import { idOf, startDouble } from './double/index.ts';

const dist = new URL('../dist', import.meta.url).pathname;
const kind = (process.argv[2] ?? 'full') as 'full' | 'empty';
const only = process.argv[3] && process.argv[3] !== 'all' ? process.argv[3].split(',') : undefined;
const modes = (process.argv[4] ?? 'light-1440,dark-1440,light-390').split(',');
const double = await startDouble({ kind, dist });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
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
const pages: Record<string, string> = {
  overview: '/overview',
  devices: '/devices',
  devicesel: `/devices?status=critical&selected=${idOf('device 10')}`,
  device: `/devices/${idOf('device 0')}`,
  deviceevents: `/devices/${idOf('device 20')}?tab=events`,
  commands: `/devices/${idOf('device 0')}?tab=commands`,
  events: '/events',
  eventsel: '/events?within=24h&severity=critical&severity=warning&selected=9000000000000399',
  tenants: '/tenants',
  tenant: `/tenants/${idOf('tenant Northwind Dental')}`,
  statuses: `/tenants/${idOf('tenant Northwind Dental')}?tab=statuses`,
  tokens: `/tenants/${idOf('tenant Northwind Dental')}?tab=tokens`,
  integrations: '/integrations',
  integration: `/integrations/${idOf('integration')}`,
  mappings: `/integrations/${idOf('integration')}?tab=mappings`,
  rules: `/integrations/${idOf('integration')}?tab=rules&section=critical`,
  sources: '/sources',
  tickets: '/tickets',
  activity: '/activity',
  users: '/users',
  audit: '/audit',
  server: '/server',
};
for (const mode of modes) {
  const [scheme, width] = mode.split('-');
  const context = await browser.newContext({
    colorScheme: scheme as 'light' | 'dark',
    viewport: { width: Number(width), height: 900 },
  });
  const page = await context.newPage();
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning')
      console.log(mode, page.url().slice(22), m.type(), m.text().slice(0, 700));
  });
  page.on('pageerror', (e) => console.log(mode, 'PAGEERROR', e.message.slice(0, 400)));
  await page.goto(double.address + '/');
  await page.waitForTimeout(600);
  if (!only || only.includes('signin')) await page.screenshot({ path: `/tmp/shots/${kind}-signin-${mode}.png` });
  await page.getByLabel('Name', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/overview');
  for (const [name, path] of Object.entries(pages)) {
    if (only && !only.includes(name)) continue;
    await page.goto(double.address + path);
    await page.waitForTimeout(900);
    await page.screenshot({ path: `/tmp/shots/${kind}-${name}-${mode}.png`, fullPage: false });
  }
  await context.close();
}
await browser.close();
await double.stop();
