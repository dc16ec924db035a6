import { type ClamavOptions, clamav } from './clamav/index.ts';
import type { Scanner } from './scanner.ts';

/** The engines that the setting `scanner` may name. */
export const scannerKinds: Record<'clamav' | 'none', (options: ClamavOptions) => Scanner | null> = {
  clamav,
  none: () => null,
};
