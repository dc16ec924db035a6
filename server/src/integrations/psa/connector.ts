import type { PsaAccount, PsaField, SettingField } from '@gatehouse/contract';
import type { z } from 'zod';
import type { TraceLine } from '../../platform/trace/index.ts';
import type { PsaAccountFields } from './connector-account-fields.ts';
import type { PsaBilling } from './connector-billing.ts';
import type { PsaConfigurationItems } from './connector-configuration-items.ts';
import type { WebProxy } from './proxy.ts';

/** What the ticketing part says about a ticket; a connector turns it into its PSA's words. */
export interface NewTicket {
  /** Unique for ever, at most 50 characters; kept in the PSA, so that after an unknown outcome it can be asked for. */
  key: string;
  accountId: string;
  title: string;
  description: string;
  /** Choice ids by field name, of the fields that `fields()` lists. Null or absent: the PSA's own default. */
  fields: Record<string, string | null>;
  dueAt: Date;
}

/** A ticket as the PSA has it now. */
export interface PsaTicket {
  ticketId: string;
  /** What people call it; null while the PSA has not given one. */
  number: string | null;
  /** The page that people open; null when the PSA told no address. */
  url: string | null;
  accountId: string;
  /** Choice ids by field name. */
  fields: Record<string, string | null>;
  /** The choice of the field that says how far the ticket is. */
  statusId: string | null;
  /** The person whom it is given to; null when nobody. */
  assigneeId: string | null;
  /** Our key, when it is one of ours. */
  key: string | null;
  /** Null while the PSA does not count it as done. A closed status of the MSP's own need not set it. */
  completedAt: Date | null;
}

export interface OpenedTicket extends PsaTicket {
  /** `created` now, `found` by its key from an earlier try, `merged` into an older ticket by the PSA's own rules. */
  how: 'created' | 'found' | 'merged';
  /** Optional choices that the PSA no longer knows and that were left out, by field name. */
  leftOut: string[];
}

/**
 * How much a call matters when the PSA has little room left, the most urgent first: closing tickets, opening them,
 * notes on them, billing, and everything that is read to be up to date.
 */
export type CallPriority = 'close' | 'create' | 'note' | 'billing' | 'sync';

/** How much of the PSA's hour is used. */
export interface PsaUsage {
  /** Requests an hour that the PSA allows to all its integrations together. */
  threshold: number;
  /** Requests of all integrations in the hour before `toldAt`. */
  used: number;
  /** When the PSA told it; null when it has not yet. */
  toldAt: Date | null;
  /** Our own requests of the last hour, and how many we allow ourselves. */
  own: number;
  ownCap: number;
}

export interface AccountList {
  accounts: PsaAccount[];
  /** What changes after this list is asked for by; null: the PSA cannot tell, so all are listed each time. */
  cursor: string | null;
}

export interface TestStep {
  step: string;
  ok: boolean;
  message: string;
}

/**
 * One account at a PSA. Every method may throw PsaUnavailable, PsaBusy, PsaLoginRefused and PsaRightMissing.
 * Writing methods may throw PsaOutcomeUnknown; all of them may be called again after it.
 */
export interface PsaConnector {
  /** Tries address, login and rights, and says for each what is missing. Throws nothing that belongs into a step. */
  test(): Promise<TestStep[]>;
  /**
   * All accounts, active and inactive, or with `changedSince` those that changed: a cursor of an earlier answer. Accounts
   * that were deleted are not told; only a list of all shows what is missing.
   */
  listAccounts(options: { changedSince: string | null }): Promise<AccountList>;
  /** The accounts of these ids; ids that the PSA does not know are left out. */
  readAccounts(accountIds: string[]): Promise<PsaAccount[]>;
  /** The routing fields with their choices, from a cache of at most a day; `fresh` reads them again. */
  fields(options?: { fresh?: boolean }): Promise<PsaField[]>;
  /**
   * Opens a ticket. Repeating a `key` returns the first ticket: jobs may run twice.
   * @throws PsaReferenceInvalid when a required choice or the account is gone; PsaRefused
   */
  openTicket(ticket: NewTicket): Promise<OpenedTicket>;
  /** The tickets of these ids; deleted ones are left out. */
  readTickets(ticketIds: string[]): Promise<PsaTicket[]>;
  /**
   * Changes one field, unless a person has changed it meanwhile (it is no longer `from`) or the ticket is closed.
   * @throws PsaTicketGone, PsaTicketLocked
   */
  changeField(
    ticketId: string,
    change: { field: string; from: string | null; to: string; closedStatus: string; note: Note },
  ): Promise<'changed' | 'was-changed-by-hand' | 'was-closed'>;
  /** Tickets that are not done and whose key begins with this, the oldest first. */
  listOpenByKey(prefix: string): Promise<PsaTicket[]>;
  /** Adds a note, to a closed ticket too. @throws PsaTicketGone */
  addNote(ticketId: string, note: Note): Promise<void>;
  /**
   * Adds the note and closes. Closing a closed ticket does nothing. With `unlessWorkedOn` a ticket whose status or
   * assignee is no longer that gets the note only.
   * @throws PsaTicketGone, PsaTicketLocked
   */
  closeTicket(
    ticketId: string,
    close: {
      closedStatus: string;
      note: Note;
      unlessWorkedOn?: { statusId: string | null; assigneeId: string | null } | null;
    },
  ): Promise<'closed' | 'was-closed' | 'is-worked-on'>;
  /**
   * Opens a closed ticket again, with the note; one that is open gets the note only.
   * @throws PsaTicketGone, PsaTicketLocked
   */
  reopenTicket(
    ticketId: string,
    reopen: { status: string; closedStatus: string; note: Note },
  ): Promise<'reopened' | 'was-open'>;
  /** How much of the PSA's limits is used, as far as it is known without asking. */
  usage(): PsaUsage;
  /** Contracts and units; absent where the PSA takes no billing. */
  billing?: PsaBilling;
  /** Fields of our own on accounts; absent where the PSA has none. */
  accountFields?: PsaAccountFields;
  /** Items about accounts that the PSA reports on; absent where it keeps none. */
  configurationItems?: PsaConfigurationItems;
}

/** An internal note. Its `key` makes it one note however often it is sent. */
export interface Note {
  key: string;
  title: string;
  text: string;
}

/** A field's default by label: the console shows what it resolves to, or blank when the PSA has no such label. */
export interface FieldDefault {
  label: string;
  /** A choice that the PSA's maker guarantees, taken when no active choice has the label. */
  orId?: string;
}

/** What a rule can be of, as far as its default choices differ. */
export type RuleSection = 'event-critical' | 'event-other' | 'status-critical' | 'status-warning';

/** Which fields play a part of their own in ticketing, by name. */
export interface FieldRoles {
  /** Raised when a Warning becomes Critical. */
  priority: string;
  /** The status of a new ticket, and of one that is opened again. */
  newStatus: string;
  /** The status that closes a ticket. */
  closedStatus: string;
}

/** One PSA that Gatehouse can write to. */
export interface PsaKind<Settings extends z.ZodType = z.ZodType> {
  id: string;
  title: string;
  settings: Settings;
  /** The form of the settings; a `secret` field is written, never read. */
  settingFields: SettingField[];
  roles: FieldRoles;
  /** The longest title and text of a ticket, in UTF-16 code units. */
  textLengths: { title: number; description: number };
  defaults: Record<RuleSection, Record<string, FieldDefault>>;
  connect(settings: z.output<Settings>, surroundings: Surroundings): PsaConnector;
}

/** What a connector needs from outside, so that tests can shorten the waiting. */
export interface Surroundings {
  clock: () => Date;
  /** Multiplies every pause of the connector; 1 outside tests. */
  pauseScale: number;
  /** Waits in the middle of a call; by the machine's own clock unless a test says otherwise. */
  sleep?: (ms: number) => Promise<unknown>;
  /** The way out that the configuration names for all integrations; an integration's own settings come first. */
  proxy?: WebProxy | null;
  /** Told each call and its answer, when somebody wants traces. */
  trace?: TraceLine | undefined;
}

export const psaKind = <Settings extends z.ZodType>(kind: PsaKind<Settings>): PsaKind<Settings> => kind;
