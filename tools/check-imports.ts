/** Part of `npm run check`: the import rules hold. */
import rules from '../.dependency-cruiser.mjs';
import { judgeImports } from './lib/import-rules.ts';
import { root } from './lib/root.mjs';

const { moduleCount, violations } = await judgeImports(root);
const commentOf = (name: string) => rules.forbidden.find((rule) => rule.name === name)?.comment ?? '';
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}\n  ${commentOf(rule)}`);
console.log(`${moduleCount} modules read, ${violations.length} violations of the import rules`);
process.exitCode = violations.length === 0 ? 0 : 1;
