import { NotificationSettings, type NotificationSettingsView } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../platform/index.ts';
import { fieldIssue, isSame, issuesOf, missingOf, passwordNeed, toChange, typedOf } from './form.ts';

const settings = NotificationSettings.parse({
  mail: {
    enabled: true,
    recipients: ['a@example.com', 'b@example.com'],
    smtp: { hosts: ['mail.example.com'], port: 587, tls: 'starttls', user: 'gatehouse' },
  },
});
const off = { kind: 'off', waiting: 0, lastSentAt: null, lastError: null, lastErrorAt: null } as const;
const saved: NotificationSettingsView = {
  settings,
  hasMailPassword: true,
  hasSmsPassword: false,
  state: { mail: off, sms: off },
};
const typed = typedOf(settings);
const mailWith = (smtp: Partial<typeof typed.mail.smtp>) => ({
  ...typed,
  mail: { ...typed.mail, smtp: { ...typed.mail.smtp, ...smtp } },
});

describe('settings of notifications that are being typed', () => {
  it('come back as they were saved, and say nothing of a password that nobody typed', () => {
    expect(toChange(typed)).toEqual(settings);
    expect(issuesOf(typed)).toBeNull();
    const spaced = { ...typed, mail: { ...typed.mail, recipients: ' a@example.com;\n\nb@example.com, ' } };
    expect(isSame(spaced, typed)).toBe(true);
    expect(isSame(mailWith({ port: '25' }), typed)).toBe(false);
  });

  it('send a new password with its user only', () => {
    expect(toChange(mailWith({ password: 'secret' })).mailPassword).toBe('secret');
    expect(toChange(mailWith({ password: 'secret', user: ' ' }))).not.toHaveProperty('mailPassword');
    const sms = { ...typed.sms, smtp: { ...typed.sms.smtp, user: 'u', password: 'p' } };
    expect(toChange({ ...typed, sms })).not.toHaveProperty('smsPassword');
    expect(toChange({ ...typed, sms: { ...sms, hasOwnServers: true } }).smsPassword).toBe('p');
  });

  it('ask for the password again when it would go elsewhere or otherwise than before', () => {
    const need = (smtp: Partial<typeof typed.mail.smtp>) => passwordNeed(mailWith(smtp).mail.smtp, saved, 'mail');
    expect(need({})).toBe('keep');
    expect([
      need({ hosts: 'x.example' }),
      need({ port: '25' }),
      need({ tls: 'none' }),
      need({ user: 'b' }),
      need({ authority: '-----BEGIN' }),
    ]).toEqual(['again', 'again', 'again', 'again', 'again']);
    expect(need({ user: '' })).toBe('none');
    expect(passwordNeed(typed.mail.smtp, { ...saved, hasMailPassword: false }, 'mail')).toBe('new');
    expect(passwordNeed({ ...typed.sms.smtp, user: 'u' }, saved, 'sms')).toBe('new');
  });

  it('say what is missing for a save, and for a test of one channel', () => {
    expect(missingOf(typed, saved, 'save')).toEqual([]);
    const smsOn = { ...typed, sms: { ...typed.sms, enabled: true } };
    expect(missingOf(smsOn, saved, 'save')).toEqual(['sms.recipients']);
    expect(missingOf(smsOn, saved, 'mail')).toEqual([]);
    const ownServers = { ...typed, sms: { ...typed.sms, hasOwnServers: true } };
    expect(missingOf(ownServers, saved, 'save')).toEqual([]);
    expect(missingOf(ownServers, saved, 'sms')).toEqual(['sms.recipients', 'sms.smtp.hosts']);
    expect(missingOf(mailWith({ hosts: 'x.example' }), saved, 'save')).toEqual(['mailPassword']);
    expect(missingOf(mailWith({ hosts: ' , ', password: 'p' }), saved, 'sms')).toEqual([
      'sms.recipients',
      'mail.smtp.hosts',
    ]);
  });

  it('say what is wrong beside the field, with the entry of a list, also in the words of the server', () => {
    const wrong = { ...typed, sms: { ...typed.sms, recipients: 'a@example.com\nnobody' } };
    expect(fieldIssue('sms.recipients', wrong, null)).toEqual({
      what: 'Must be one mail address, as admin@example.com',
      entry: 'nobody',
    });
    expect(fieldIssue('mail.recipients', wrong, null)).toBeUndefined();
    const refused = (where: string) =>
      new ApiProblem({
        status: 400,
        code: 'request.invalid',
        message: 'no',
        issues: [{ where, what: 'Not this one' }],
        retryable: false,
        requestId: null,
      });
    for (const where of ['body.mail.recipients.1', 'body.settings.mail.recipients.1', 'mail/recipients/1'])
      expect(fieldIssue('mail.recipients', typed, refused(where))).toEqual({
        what: 'Not this one',
        entry: 'b@example.com',
      });
    expect(fieldIssue('mailPassword', typed, refused('body.mailPassword'))?.what).toBe('Not this one');
    expect(fieldIssue('mail.smtp.port', mailWith({ port: '' }), null)).toBeDefined();
  });
});
