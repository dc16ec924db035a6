import type { SoftwareItem, SoftwareSource } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { type Column, useText } from '../platform/index.ts';
import { softwareMessages } from './messages.ts';

const MB = 1_000_000;

const sourceWords = {
  dpkg: 'sourceDpkg',
  rpm: 'sourceRpm',
  flatpak: 'sourceFlatpak',
  snap: 'sourceSnap',
  other: 'sourceOther',
} as const satisfies Record<SoftwareSource, string>;

export const useSourceWords = () => {
  const text = useText(softwareMessages);
  return (source: SoftwareSource) => text(sourceWords[source]);
};

/** What is told of software wherever it is listed. */
export const useSoftwareColumns = <T extends SoftwareItem>(): Column<T>[] => {
  const text = useText(softwareMessages);
  const sourceOf = useSourceWords();
  const intl = useIntl();
  return [
    { id: 'name', header: text('name'), cell: ({ name }) => <span className="gh-wrap">{name}</span>, minWidth: 160 },
    {
      id: 'version',
      header: text('version'),
      cell: ({ version }) => <span className="gh-wrap">{version}</span>,
      minWidth: 130,
    },
    {
      id: 'publisher',
      header: text('publisher'),
      cell: ({ publisher }) => <span className="gh-wrap">{publisher ?? ''}</span>,
      minWidth: 140,
    },
    { id: 'source', header: text('source'), cell: ({ source }) => sourceOf(source), minWidth: 130 },
    { id: 'arch', header: text('arch'), cell: ({ arch }) => arch ?? '', optional: true },
    {
      id: 'size',
      header: text('size'),
      cell: ({ sizeBytes }) =>
        sizeBytes === null
          ? ''
          : intl.formatNumber(sizeBytes / MB, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }),
      minWidth: 90,
    },
  ];
};
