/** A strict stand-in of a mail server: takes mails by SMTP and keeps them, and fails on demand. Runs in this process. */
export {
  type MailFault,
  type MailSandbox,
  type MailSandboxOptions,
  type ReceivedMail,
  startMailSandbox,
} from './mail.ts';
