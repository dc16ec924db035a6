import { fact } from '../fact.ts';

const MOST = 50;

/**
 * Packages of other scanners that watch every access to a file: two of them slow a device down and may lock each
 * other out. Used unless a policy names its own; `*` stands for anything.
 */
const USUAL_NAMES = [
  'avast',
  'bitdefender-security-tools*',
  'drweb-*',
  'ds-agent',
  'ds_agent',
  'eea',
  'efs',
  'esets',
  'falcon-sensor',
  'fsecure-*',
  'kesl',
  'mdatp',
  'savinstpkg',
  'sentinelagent',
  'sophos-*',
];

const matcherOf = (names: readonly string[]): RegExp =>
  new RegExp(
    `^(${names
      .map((name) =>
        name
          .split('*')
          .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*'),
      )
      .join('|')})$`,
    'i',
  );

export const incompatibleApplications = fact({
  name: 'incompatibleApplications',
  async collect({ policy, software }) {
    const names = policy().incompatibleApplications?.names ?? USUAL_NAMES;
    if (names.length === 0) return [];
    const matches = matcherOf(names);
    const found = (await software()).filter(({ name }) => matches.test(name));
    return found.map(({ name, version }) => ({ name: name.slice(0, 128), version })).slice(0, MOST);
  },
});
