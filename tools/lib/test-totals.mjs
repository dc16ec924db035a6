/** Reads vitest's JSON report. A file that could not even be loaded has no tests to fail: it counts as one failure. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @param reportPath what `--reporter=json` wrote
 * @returns counts of tests; all zero when vitest wrote no report
 */
export const readTotals = (reportPath) => {
  if (!existsSync(reportPath)) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(reportPath, 'utf8'));
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
};
