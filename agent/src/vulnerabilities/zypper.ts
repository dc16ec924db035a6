import type { Vulnerability } from '@gatehouse/contract';
import { levelOfGrade } from './grades.ts';

/** A table of zypper: a heading, a ruler, rows; columns differ between versions, their names do not. */
const rowsOf = (text: string): Record<string, string>[] => {
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const lines = text.split('\n');
  const ruler = lines.findIndex((line) => /^-+(\+-+)+$/.test(line.trim()));
  const names = ruler > 0 ? cells(lines[ruler - 1] ?? '') : [];
  return lines
    .slice(ruler + 1)
    .filter((line) => ruler > 0 && line.includes('|'))
    .map((line) => Object.fromEntries(cells(line).map((value, index) => [names[index] ?? '', value])));
};

/** `zypper list-patches --cve`: one line for each number and patch. It names patches and no packages. */
export const parseZypperPatches = (text: string): Vulnerability[] =>
  rowsOf(text).flatMap((row) => {
    const level = levelOfGrade(row.Severity ?? '');
    const patch = row.Patch ?? row.Name;
    if (!patch || !level || (row.Status !== undefined && row.Status !== 'needed')) return [];
    return [{ id: row['No.'] || patch, level, software: patch, installedVersion: '', fixedVersion: patch }];
  });
