import type { CommandHandler } from './command.ts';

/** Fetches newer signature databases, or reads them anew where something else fetches them. */
export const updateDatabases: CommandHandler = {
  kind: 'update-databases',
  async run(_command, parts, _control, signal) {
    const now = await parts.updateDatabases(signal);
    const records = now?.records === null || now === null ? '' : `, ${now.records} records`;
    return { summary: `Databases of ${now?.releasedAt.toISOString() ?? 'unknown date'}${records}`, isPartial: false };
  },
};
