import {
  ActivationCode,
  type LicenseImport,
  LicenseKeySettings,
  LicenseSerial,
  licenseImportColumns,
} from '@gatehouse/contract';
import type { z } from 'zod';
import { DAY_MS } from '../../platform/clock/index.ts';
import { CsvBroken, type CsvRecord, readCsv } from '../../platform/csv/index.ts';
import { type LicenseKey, settingsOf } from './key.ts';

type Column = (typeof licenseImportColumns)[number];
type Issue = LicenseImport['issues'][number];

export interface ImportedKey {
  line: number;
  serialNumber: string;
  settings: LicenseKeySettings;
  /** Undefined: the one that is kept stays. */
  activationCode: string | undefined;
  /** The key of this serial number that is here already. */
  existing: LicenseKey | null;
}

export interface ImportContext {
  existing: readonly LicenseKey[];
  tenants: readonly { id: string; name: string }[];
  /** The main server's own tenant: its name stands for “no client”. */
  mainTenantId: string;
  now: Date;
}

/** All of them are saved in one transaction, each with its revision and its audit event. */
const MOST_ROWS = 1000;
const MOST_ISSUES = 200;
const needed: readonly Column[] = ['serialNumber', 'productName', 'kind'];

const sameName = (a: string, b: string): boolean => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0;
const columnNamed = (name: string): Column | undefined =>
  licenseImportColumns.find((column) => sameName(column, name.replaceAll(/[\s_-]/g, '')));

/** What a field says; issues are thrown as text. */
class Unreadable extends Error {}

const yes = (text: string): boolean => {
  if (/^(yes|true|1)$/i.test(text)) return true;
  if (/^(no|false|0|)$/i.test(text)) return false;
  throw new Unreadable('Must be yes or no');
};
const whole = (text: string): number | null => {
  if (text === '') return null;
  if (!/^\d{1,9}$/.test(text)) throw new Unreadable('Must be a whole number, or empty');
  return Number(text);
};
const moment = (text: string): string | null => {
  if (text === '') return null;
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text;
  const at = new Date(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(full) ? full : Number.NaN);
  // 2026-02-31 would quietly become the 3rd of March.
  if (Number.isNaN(at.getTime()) || (full !== text && at.toISOString().slice(0, 10) !== text)) {
    throw new Unreadable('Must be a day as 2026-03-04, or a moment as 2026-03-04T05:06:07Z');
  }
  return at.toISOString();
};

/** How each column changes what is saved. */
const readers: Partial<
  Record<Column, (text: string, context: ImportContext) => Partial<z.input<typeof LicenseKeySettings>>>
> = {
  productName: (productName) => ({ productName }),
  kind: (text) => ({ kind: text.toLowerCase() as LicenseKeySettings['kind'] }),
  deviceLimit: (text) => ({ deviceLimit: whole(text) }),
  createdAt: (text, { now }) => ({ createdAt: moment(text) ?? now.toISOString() }),
  expiresAt: (text) => ({ expiresAt: moment(text) }),
  termDays: (text) => ({ termDays: whole(text) }),
  client: (text, context) => ({ tenantId: tenantNamed(text, context) }),
  shared: (text, context) => {
    if (/^(no|nobody|)$/i.test(text)) return { sharing: { with: 'nobody' } };
    if (/^all$/i.test(text)) return { sharing: { with: 'all' } };
    const tenantIds = text.split('|').map((name) => {
      const tenantId = tenantNamed(name.trim(), context);
      if (tenantId === null) throw new Unreadable('Must be all, no, or names of clients with | between them');
      return tenantId;
    });
    return { sharing: { with: 'some', tenantIds } };
  },
  automatic: (text) => ({ automatic: yes(text) }),
  overLimitAllowed: (text) => ({ overLimitAllowed: yes(text) }),
  blocked: (text) => ({ blocked: yes(text) }),
  applicationId: (text) => ({ applicationId: whole(text) }),
  information: (information) => ({ information }),
};

const tenantNamed = (name: string, { tenants, mainTenantId }: ImportContext): string | null => {
  if (name === '') return null;
  const tenant = tenants.find((each) => sameName(each.name, name));
  if (!tenant) throw new Unreadable(`There is no client named “${name.slice(0, 60)}”`);
  return tenant.id === mainTenantId ? null : tenant.id;
};

/** Names of columns in the first line, or what is wrong with it. */
const readHeader = ({ line, cells }: CsvRecord, issues: Issue[]): (Column | null)[] => {
  const seen = new Set<Column>();
  const columns = cells.map((field) => {
    const name = field.trim();
    const column = columnNamed(name);
    if (!column) issues.push({ line, column: name.slice(0, 60), what: 'There is no such column' });
    else if (seen.has(column)) issues.push({ line, column, what: 'The column is there twice' });
    if (column) seen.add(column);
    return column ?? null;
  });
  for (const column of needed) {
    if (!seen.has(column)) issues.push({ line, column, what: 'The column is missing' });
  }
  return columns;
};

const fieldOfSettings: Record<string, Column> = { tenantId: 'client', sharing: 'shared' };

/**
 * Reads keys from CSV text. A key that is here already keeps what the file has no column for.
 * Nothing is saved; with issues, nothing may be.
 */
export const readImport = (csv: string, context: ImportContext): { keys: ImportedKey[]; issues: Issue[] } => {
  const issues: Issue[] = [];
  const keys: ImportedKey[] = [];
  let lines: ReturnType<typeof readCsv>;
  try {
    lines = readCsv(csv);
  } catch (error) {
    if (!(error instanceof CsvBroken)) throw error;
    return { keys, issues: [{ line: error.line, column: null, what: error.message }] };
  }
  const [header, ...records] = lines;
  if (!header) return { keys, issues: [{ line: 1, column: null, what: 'The file is empty' }] };
  const columns = readHeader(header, issues);
  if (issues.length > 0) return { keys, issues };
  if (records.length === 0) issues.push({ line: header.line, column: null, what: 'There is no key below the names' });
  if (records.length > MOST_ROWS) {
    return { keys, issues: [{ line: header.line, column: null, what: `Only ${MOST_ROWS} keys fit into one import` }] };
  }
  const existing = new Map(context.existing.map((key) => [key.serialNumber, key]));
  const lineOf = new Map<string, number>();

  for (const { line, cells } of records) {
    if (issues.length >= MOST_ISSUES) break;
    const found: Issue[] = [];
    const say = (column: Column | null, what: string) => found.push({ line, column, what });
    if (cells.length > columns.length) say(null, `Has ${cells.length} fields, and the names are ${columns.length}`);
    const texts = new Map(columns.map((column, index) => [column, (cells[index] ?? '').trim()]));

    const serial = LicenseSerial.safeParse(texts.get('serialNumber'));
    if (!serial.success) say('serialNumber', serial.error.issues[0]?.message ?? 'Cannot be read');
    const serialNumber = serial.data ?? '';
    const before = existing.get(serialNumber) ?? null;
    const twin = lineOf.get(serialNumber);
    if (serial.success && twin !== undefined) say('serialNumber', `The same number stands in line ${twin}`);
    lineOf.set(serialNumber, line);

    let wanted: Partial<z.input<typeof LicenseKeySettings>> = before
      ? settingsOf(before)
      : { createdAt: context.now.toISOString() };
    for (const [column, text] of texts) {
      const read = column && readers[column];
      if (!read) continue;
      try {
        wanted = { ...wanted, ...read(text, context) };
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        say(column, error.message);
      }
    }
    // What was sold for a time ends after it, where the file names no end.
    if (!before && !wanted.expiresAt && wanted.termDays && wanted.createdAt) {
      const end = Date.parse(wanted.createdAt) + wanted.termDays * DAY_MS;
      wanted = { ...wanted, expiresAt: new Date(end).toISOString() };
    }
    const code = texts.get('activationCode') || undefined;
    const activationCode = code === undefined ? undefined : ActivationCode.safeParse(code);
    if (activationCode && !activationCode.success) {
      say('activationCode', activationCode.error.issues[0]?.message ?? 'Cannot be read');
    }
    const settings = LicenseKeySettings.safeParse(wanted);
    if (!settings.success) {
      for (const { path, message } of settings.error.issues) {
        const field = String(path[0]);
        const column = fieldOfSettings[field] ?? licenseImportColumns.find((each) => each === field) ?? null;
        if (!found.some((issue) => issue.column === column)) say(column, message);
      }
    }
    if (found.length > 0 || !settings.success) {
      issues.push(...found);
      continue;
    }
    keys.push({ line, serialNumber, settings: settings.data, activationCode: activationCode?.data, existing: before });
  }
  return { keys, issues: issues.slice(0, MOST_ISSUES) };
};
