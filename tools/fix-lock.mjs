/** Run after every change of dependencies: makes package-lock.json one that `npm ci` takes everywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock } from './lib/lock-file.mjs';
import { inRoot } from './lib/root.mjs';

const path = inRoot('package-lock.json');
const before = readFileSync(path, 'utf8');
const after = `${JSON.stringify(completeLock(JSON.parse(before)), null, 2)}\n`;
if (after !== before) writeFileSync(path, after);
console.log(after === before ? 'package-lock.json is complete.' : 'package-lock.json was completed.');
