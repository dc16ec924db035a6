import type { EventSelectionSettings, EventSort, EventTime } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { useLevelWords, useText } from '../platform/index.ts';
import { selectionMessages } from './messages.ts';

export const sortWords = {
  registered: 'sortRegistered',
  happened: 'sortHappened',
  severity: 'sortSeverity',
  event: 'sortEvent',
  type: 'sortType',
  device: 'sortDevice',
  group: 'sortGroup',
  application: 'sortApplication',
} as const satisfies Record<EventSort['by'], keyof typeof selectionMessages>;

/** A selection in words, for the list. */
export const useSelectionWords = () => {
  const text = useText(selectionMessages);
  const level = useLevelWords();
  const intl = useIntl();
  const moment = (at: string | null) =>
    at === null ? '…' : intl.formatDate(at, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    period: (time: EventTime): string => {
      if (time.kind === 'all') return text('periodAll');
      if (time.kind === 'between') return text('periodBetween', { from: moment(time.from), to: moment(time.to) });
      return text('periodLast', {
        amount: time.amount,
        unit: text('unit', { unit: time.unit, amount: time.amount }),
      });
    },
    looksFor: ({ filter }: EventSelectionSettings): string => {
      const {
        severities,
        types,
        deviceNames,
        text: words,
        time: _,
        clock: __,
        taskResults,
        unknownTypes,
        ...others
      } = filter;
      const more = Object.values(others).filter((value) => Array.isArray(value) && value.length > 0).length;
      const said = [
        ...(severities.length > 0
          ? [text('severityIs', { values: severities.map((each) => level.severity(each)).join(', ') })]
          : []),
        ...(types.length > 0 ? [text('typesAre', { values: types.join(', ') })] : []),
        ...(deviceNames.length > 0 ? [text('devicesAre', { values: deviceNames.join(', ') })] : []),
        ...(words ? [text('wordsAre', { values: words.words })] : []),
      ];
      const count = more + Number(taskResults !== 'as-others') + Number(unknownTypes);
      if (count > 0) said.push(text('moreFilters', { count }));
      return said.length === 0 ? text('everything') : said.join('; ');
    },
    sort: ({ by, descending }: EventSort): string =>
      text(descending ? 'descending' : 'ascending', { column: text(sortWords[by]) }),
  };
};
