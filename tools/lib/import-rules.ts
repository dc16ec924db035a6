/** Reads the imports of all of our sources and judges them by .dependency-cruiser.mjs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** Every folder with sources of ours. */
export const SOURCE_FOLDERS = [
  'contract/src',
  'protocols/src',
  'server/src',
  'agent/src',
  'sandboxes/src',
  'console/src',
  'tools',
];

interface Rules {
  default: { forbidden: IForbiddenRuleType[]; options: ICruiseOptions };
}

export interface ImportViolation {
  rule: string;
  from: string;
  to: string;
}

export interface ImportReport {
  /** Sources of ours that were read; libraries are not counted. */
  moduleCount: number;
  violations: ImportViolation[];
  /** Who imports whom, ours only; paths relative to the folder that was judged. */
  imports: { from: string; to: string }[];
}

/**
 * Judges the sources below `folder`, a checkout or a copy of one.
 *
 * @throws Error when nothing was read: a parser that knows no TypeScript finds no module and no fault
 */
export const judgeImports = async (folder: string): Promise<ImportReport> => {
  const rules = (await import(pathToFileURL(join(folder, '.dependency-cruiser.mjs')).href)) as Rules;
  const { forbidden, options } = rules.default;
  const present = SOURCE_FOLDERS.filter((source) => existsSync(join(folder, source)));
  const { output } = await cruise(present, { ...options, validate: true, ruleSet: { forbidden }, baseDir: folder });
  const { modules, summary } = output as ICruiseResult;

  const ours = modules.filter((module) => present.some((source) => module.source.startsWith(`${source}/`)));
  const unread = present.filter((source) => !ours.some((module) => module.source.startsWith(`${source}/`)));
  if (ours.length === 0 || unread.length > 0) {
    throw new Error(`No module was read in ${unread.join(', ') || folder}: the import rules saw nothing there.`);
  }
  const names = new Set(ours.map((module) => module.source));
  return {
    moduleCount: ours.length,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    imports: ours.flatMap((module) =>
      module.dependencies
        .filter((dependency) => names.has(dependency.resolved))
        .map((dependency) => ({ from: module.source, to: dependency.resolved })),
    ),
  };
};
