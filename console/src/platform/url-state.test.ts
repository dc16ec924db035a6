import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseQuery, urlFlag, urlList, urlNumber, urlText, writeQuery } from './url-state.ts';

it('writes queries as people write them, and reads them back', () => {
  const search = { status: ['critical', 'warning'], text: 'a&b=c', empty: '', none: undefined };
  expect(writeQuery(search)).toBe('?status=critical&status=warning&text=a%26b%3Dc');
  expect(parseQuery(writeQuery(search))).toEqual({ status: ['critical', 'warning'], text: 'a&b=c' });
});

it('is broken by no address', () => {
  const schema = z.object({ level: urlList(z.enum(['ok', 'bad'])), limit: urlNumber, on: urlFlag, text: urlText });
  expect(schema.parse(parseQuery('level=ok&level=nonsense&limit=many&on=perhaps'))).toMatchObject({
    level: ['ok'],
    limit: undefined,
    on: undefined,
  });
  expect(schema.parse(parseQuery('level=bad&on=false&text=x&text=y'))).toMatchObject({
    level: ['bad'],
    on: false,
    text: undefined,
  });
});
