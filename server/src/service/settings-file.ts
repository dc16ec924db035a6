import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';

const HEAD = ` Settings of Gatehouse. gatehouse help lists all of them, gatehouse config shows what holds.
 After a change: systemctl restart gatehouse`;

/** Writes settings into the file and leaves its other lines, comments too, as they are. */
export const writeSettings = async (
  path: string,
  values: Readonly<Record<string, unknown>>,
): Promise<'made' | 'changed' | 'kept'> => {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const document = parseDocument(before ?? '{}\n');
  if (before === null) document.commentBefore = HEAD;
  for (const [key, value] of Object.entries(values)) document.set(key, value);
  if (before !== null && Object.keys(values).length === 0) return 'kept';
  const text = document.toString({ flowCollectionPadding: false, collectionStyle: 'block' });
  if (text === before) return 'kept';
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  // Passwords may stand in it.
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return before === null ? 'made' : 'changed';
};
