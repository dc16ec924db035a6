import type { CommandHandler } from './command.ts';

/** Looks for updates that mend known holes; what is found goes with the next sync. */
export const findVulnerabilities: CommandHandler = {
  kind: 'find-vulnerabilities',
  async run(_command, parts, _control, signal) {
    const { critical, high, medium } = (await parts.searchVulnerabilities(signal)).counts;
    const found = critical + high + medium;
    const summary =
      found === 0 ? 'No vulnerabilities found' : `Found ${critical} critical, ${high} high, ${medium} medium`;
    return { summary, isPartial: false };
  },
};
