import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTotals } from './test-totals.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-totals-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const totalsOf = (report: object) => {
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
  return readTotals(join(folder, 'report.json'));
};

test('passed, failed and skipped tests are counted', () => {
  const report = { numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1, testResults: [] };
  expect(totalsOf(report)).toEqual({ passed: 5, failed: 2, skipped: 2 });
});

test('a test file that could not be loaded is a failure although none of its tests failed', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  const report = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults };
  expect(totalsOf(report)).toMatchObject({ passed: 1, failed: 2 });
});

test('no report is no test', () => {
  expect(readTotals(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
