import type { SettingField } from '@gatehouse/contract';
import { expect, it } from 'vitest';
import { issuesOf, settingsOf, typedOf } from './settings-form.ts';

const field = (name: string, kind: SettingField['kind'], required = true): SettingField => ({
  name,
  title: name,
  help: '',
  kind,
  required,
});
const fields = [
  field('user', 'text'),
  field('secret', 'secret'),
  field('url', 'url', false),
  field('seconds', 'number', false),
  field('dry', 'flag'),
];

it('keeps a secret that is set when its field stays empty', () => {
  const typed = typedOf(fields, { user: 'api', dry: true });
  expect(typed.secret).toBe('');
  expect(issuesOf(fields, typed, ['secret'])).toEqual({});
  expect(issuesOf(fields, typed, [])).toEqual({ secret: 'fieldMissing' });
  expect(settingsOf(fields, typed)).toEqual({ user: 'api', dry: true });
});

it('says what is wrong with a number and with an address', () => {
  const typed = { user: 'api', secret: 's', url: 'ftp://x', seconds: 'many' };
  expect(issuesOf(fields, typed, [])).toEqual({ url: 'fieldUrl', seconds: 'fieldNumber' });
});

it('sends a secret to the letter, blanks and all', () => {
  expect(settingsOf(fields, { user: ' api ', secret: ' s ', seconds: '30' })).toEqual({
    user: 'api',
    secret: ' s ',
    seconds: 30,
    dry: false,
  });
});

it('takes a setting back that was emptied, and leaves a secret and what never was as they are', () => {
  const saved = { user: 'api', url: 'https://old.example', seconds: 5 };
  const typed = { ...typedOf(fields, saved), url: '', seconds: ' ' };
  expect(settingsOf(fields, typed, saved)).toEqual({ user: 'api', url: null, seconds: null, dry: false });
  expect(settingsOf(fields, typed)).toEqual({ user: 'api', dry: false });
});
