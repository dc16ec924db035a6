import { InvalidInput } from '../../platform/errors/index.ts';
import { autotask } from './autotask/index.ts';
import type { PsaKind } from './connector.ts';

/** The PSAs that Gatehouse can write to: a new one is a folder and a line here. */
export const psaKinds: PsaKind[] = [autotask as PsaKind];

/** @throws InvalidInput */
export const psaKindOf = (id: string): PsaKind => {
  const kind = psaKinds.find((each) => each.id === id);
  if (!kind) {
    const known = psaKinds.map((each) => each.id).join(', ');
    throw new InvalidInput(`There is no PSA kind "${id}"; known are: ${known}`, [
      { where: 'body.kind', what: `one of ${known}` },
    ]);
  }
  return kind;
};
