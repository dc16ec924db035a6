import { useIntl } from 'react-intl';

const decimalUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** The power of a base that leaves a number people can read. */
const powerOf = (bytes: number, base: number, most: number): number =>
  bytes < 1 ? 0 : Math.min(most, Math.floor(Math.log(bytes) / Math.log(base)));

/** Amounts of bytes in words: disks are sold by thousands, memory by 1024. */
export const useSizes = () => {
  const intl = useIntl();
  return {
    decimal: (bytes: number): string => {
      const power = powerOf(bytes, 1000, decimalUnits.length - 1);
      return intl.formatNumber(bytes / 1000 ** power, {
        style: 'unit',
        unit: decimalUnits[power] ?? 'byte',
        maximumFractionDigits: 1,
      });
    },
    binary: (bytes: number): string => {
      const power = powerOf(bytes, 1024, binaryUnits.length - 1);
      return `${intl.formatNumber(bytes / 1024 ** power, { maximumFractionDigits: 1 })} ${binaryUnits[power]}`;
    },
  };
};
