import * as contract from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stage, signIn, startStage } from './browser.ts';

let stage: Stage;
let close: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => close());
afterAll(() => stage.close());

const open = async (path: string, ...given: Parameters<Stage['open']>) => {
  const opened = await stage.open(...given);
  close = opened.close;
  await signIn(opened.page, path);
  return opened;
};

test('service reports compare clients, can be sorted and searched, and say what is old or missing', async () => {
  const { page, complaints } = await open('/service-reports', 'full');
  const client = page.getByRole('row', { name: /Cedar Lane Logistics/ });
  await client.getByText('180', { exact: true }).waitFor();
  await page.getByText('2 mapped clients have no report yet.').waitFor();
  await page.getByText('Not newer: The server does not answer at this address').waitFor();
  await client.getByText('36', { exact: true }).waitFor(); // critical tickets of 30 days
  await page.getByRole('button', { name: 'Last 7 days' }).click();
  await client.getByText('9', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('days')).toBe('7');

  await page.getByRole('button', { name: /Problem devices/ }).click();
  await page.getByRole('button', { name: /Problem devices/ }).click();
  await page.locator('tbody tr').first().getByText('Cedar Lane Logistics').waitFor();
  await page.getByLabel('Find clients').fill('elm');
  await client.waitFor({ state: 'detached' });
  const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  expect(csv).toContain('/api/service-reports/file?');
  expect(new URLSearchParams(csv?.split('?')[1])).toEqual(
    new URLSearchParams('text=elm&days=7&sort=problemDevices&descending=true&format=csv'),
  );
  expect(complaints).toEqual([]);
});

test('license reports draw the use of each key and judge nothing that is not known', async () => {
  const { page, complaints } = await open('/service-reports?view=licenses', 'full');
  await page
    .getByRole('row', { name: /Birchwood Dental/ })
    .getByText('Limit exceeded')
    .waitFor();
  await page
    .getByRole('row', { name: /Cedar Lane/ })
    .getByText('190 of 200 devices, 180 devices of this client')
    .waitFor();
  await page
    .getByRole('row', { name: /Elm Bakery/ })
    .getByText('Total not known')
    .first()
    .waitFor();
  await page.getByText('Only keys to look at').click();
  await page.getByRole('row', { name: /Alder Joinery/ }).waitFor({ state: 'detached' });
  expect(await page.locator('tbody tr').count()).toBe(2);
  expect(complaints).toEqual([]);
});

test('what is kept in the PSA is chosen, refused beside its field, saved, and its fields restored', async () => {
  const { page, double, complaints } = await open('/service-reports?view=psa', 'full');
  await page.getByText('Reports wait for a product').first().waitFor();
  await page
    .getByText(/2 times: Autotask takes at most 200/)
    .first()
    .waitFor();
  await page
    .getByRole('button', { name: /Product that reports are items of/ })
    .first()
    .click();
  await page.getByRole('option', { name: 'Antivirus report' }).click();
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('make it active there').waitFor();
  expect(await stage.findings(page)).toEqual([]);
  await page
    .getByRole('button', { name: /Product that reports are items of/ })
    .first()
    .click();
  await page.getByRole('option', { name: 'The one named "Endpoint security report"' }).click();
  await page.getByText('Write reports into the PSA').first().click();
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Saved').first().waitFor();
  await page.getByRole('button', { name: 'Restore fields' }).first().click();
  await page.getByText('The fields are made and written once more').first().waitFor();
  expect(double.reports.updates).toEqual(['restore']);
  expect(complaints.filter((each) => !/400/.test(each))).toEqual([]);
});

test('an empty list says what to do, a failing one why, and all of it fits a narrow screen', async () => {
  const { page, double } = await open('/service-reports', 'empty', { widthPx: 390 });
  await page.getByText('Map clients to accounts of the PSA').waitFor();
  await page.getByRole('button', { name: 'Update now' }).click();
  await page.getByText('All servers are being read').waitFor();
  expect(double.reports.updates).toEqual(['update']);
  expect(await stage.findings(page)).toEqual([]);
  double.fail(contract.listServiceReports, {
    status: 503,
    code: 'database.busy',
    message: 'The database is busy',
    issues: [],
    retryable: true,
  });
  await page.reload();
  await page.getByText('The database is busy').waitFor();
});
