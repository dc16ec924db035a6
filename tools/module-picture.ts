/** Part of `npm run generate`: draws the picture of modules in docs/architecture.md from what they really import. */
import { readFileSync, writeFileSync } from 'node:fs';
import { judgeImports } from './lib/import-rules.ts';
import { drawModules, putPicture } from './lib/module-picture.ts';
import { inRoot, root } from './lib/root.mjs';

const path = inRoot('docs/architecture.md');
const { imports } = await judgeImports(root);
const before = readFileSync(path, 'utf8');
const after = putPicture(before, drawModules(imports));
if (after !== before) writeFileSync(path, after);
console.log(after === before ? 'The module picture is up to date.' : 'The module picture was drawn anew.');
