import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { SmtpSettings } from '@gatehouse/contract';
import { type MailSandboxOptions, startMailSandbox } from '@gatehouse/sandboxes/mail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificate } from '../index.ts';
import { openMailer } from './smtp.ts';

let tls: { key: string; cert: string };
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/gatehouse-mail-`);
  const { key, cert } = await ensureCertificate(folder, new Date());
  tls = { key, cert };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mail = (to: string[] = ['admin@example.com']) => ({
  messageId: '<one@gatehouse.invalid>',
  from: 'gatehouse@example.com',
  to,
  subject: 'Grüße',
  body: 'One\n.\nTwo',
  date: new Date(),
});

const sendTo = async (options: MailSandboxOptions, smtp: Partial<SmtpSettings>, to?: string[]) => {
  const post = await startMailSandbox(options);
  const mailer = openMailer({
    smtp: { hosts: ['localhost'], port: post.port, tls: 'none', authority: null, user: null, ...smtp },
    password: 'right',
  });
  try {
    return { sent: await mailer.send(mail(to)), received: post.received };
  } finally {
    mailer.close();
    await post.stop();
  }
};

describe('a mail', () => {
  it('arrives as it was written', async () => {
    const { sent, received } = await sendTo({}, {});
    expect(sent).toMatchObject({ kind: 'sent', accepted: ['admin@example.com'], rejected: [] });
    expect(received).toMatchObject([{ subject: 'Grüße', body: 'One\n.\nTwo', isEncrypted: false }]);
    expect(received[0]?.headers['auto-submitted']).toEqual(['auto-generated']);
  });

  it('is encrypted when the server offers it, though nobody vouches for its certificate', async () => {
    const { sent, received } = await sendTo({ tls }, { tls: 'starttls-when-offered' });
    expect(sent.kind).toBe('sent');
    expect(received[0]?.isEncrypted).toBe(true);
  });

  it('is sent without encryption when the server offers none and none is demanded', async () => {
    const { sent, received } = await sendTo({}, { tls: 'starttls-when-offered' });
    expect(sent.kind).toBe('sent');
    expect(received[0]?.isEncrypted).toBe(false);
  });

  it.each(['starttls', 'tls'] as const)('does not go to a server that nobody vouches for (%s)', async (kind) => {
    const { sent, received } = await sendTo({ tls: { ...tls, secure: kind === 'tls' } }, { tls: kind });
    expect(sent).toMatchObject({ kind: 'down', words: expect.stringMatching(/certificate|self.signed/i) });
    expect(received).toEqual([]);
  });

  it.each(['starttls', 'tls'] as const)('goes to a server that a named authority vouches for (%s)', async (kind) => {
    const { sent, received } = await sendTo(
      { tls: { ...tls, secure: kind === 'tls' } },
      { tls: kind, authority: tls.cert },
    );
    expect(sent).toMatchObject({ kind: 'sent' });
    expect(received[0]?.isEncrypted).toBe(true);
  });

  it('does not go out unencrypted where encryption is demanded', async () => {
    const { sent, received } = await sendTo({}, { tls: 'starttls' });
    expect(sent.kind).toBe('down');
    expect(received).toEqual([]);
  });

  it('reaches those whom the server takes it for, and the others are told apart: for good, and for now', async () => {
    const to = ['admin@example.com', 'gone@example.com', 'full@example.com'];
    const { sent } = await sendTo({ unknown: ['gone@example.com'], later: ['full@example.com'] }, {}, to);
    expect(sent).toMatchObject({
      kind: 'sent',
      accepted: ['admin@example.com'],
      rejected: [
        { address: 'gone@example.com', isFinal: true },
        { address: 'full@example.com', isFinal: false },
      ],
    });
  });

  it('goes by the next server when the first one is away', async () => {
    const { sent } = await sendTo({}, { hosts: ['127.0.0.2', '127.0.0.1'] });
    expect(sent.kind).toBe('sent');
  });

  it('waits when the sign-in is refused: the settings are wrong, not the mail', async () => {
    const { sent } = await sendTo({ auth: { user: 'msp', password: 'other' } }, { user: 'msp' });
    expect(sent).toMatchObject({ kind: 'down', words: expect.stringContaining('535 Wrong name or password') });
  });
});
