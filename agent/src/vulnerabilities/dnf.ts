import type { Vulnerability } from '@gatehouse/contract';
import { levelOfGrade } from './grades.ts';

/** Name, and version with release, of `openssl-libs-1:3.0.7-24.el9.x86_64`. */
export const splitNevra = (nevra: string): { name: string; version: string } | null => {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.[^.-]+$/.exec(nevra) ?? [];
  return name && version ? { name, version: version.replace(/^0:/, '') } : null;
};

/**
 * One advisory and package a line. dnf 4: `RHSA-2023:3722 Moderate/Sec. openssl-1:3.0.7-16.el9_2.x86_64`;
 * dnf 5: `FEDORA-2024-2e27372d4c security Important openssl-1:3.1.4-3.fc39.x86_64 2024-04-22 01:43:27`.
 */
export const parseDnfUpdateinfo = (text: string): Vulnerability[] =>
  text.split('\n').flatMap((line) => {
    const [, id, ofFour, ofFive, nevra] =
      /^(\S+)\s+(?:(\w+)\/Sec\.|security\s+(\w+))\s+(\S+)(?:\s+\d{4}-\d\d-\d\d.*)?$/.exec(line.trim()) ?? [];
    const fixed = splitNevra(nevra ?? '');
    const level = levelOfGrade(ofFour ?? ofFive ?? '');
    if (!id || !fixed || !level) return [];
    return [{ id, level, software: fixed.name, installedVersion: '', fixedVersion: fixed.version }];
  });
