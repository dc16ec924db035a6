import type { DeviceFacts, Permission, ReportTypeId } from '@gatehouse/contract';

/** Text, a number or a moment; null: nothing is known. */
export type Cell = string | number | Date | null;

export interface Column {
  title: string;
  kind: 'text' | 'number' | 'moment';
  /** Share of the width on paper. */
  width: number;
}

export interface ReportDevice {
  name: string;
  tenantName: string;
  groupName: string;
  ipAddress: string;
  osName: string;
  status: 'ok' | 'warning' | 'critical';
  /** Conditions that make it so, in words. */
  reasons: readonly string[];
  isVisible: boolean;
  lastSeenAt: Date | null;
  securityName: string;
  securityVersion: string;
  isProtected: boolean;
  databasesReleasedAt: Date | null;
  lastScanAt: Date | null;
  activeThreats: number;
  facts: Pick<DeviceFacts, 'hardware' | 'incompatibleApplications'>;
}

export interface ReportEvent {
  type: string;
  displayName: string;
  description: string;
  /** GNRL_EA_PARAM_1 to 9. */
  params: readonly string[];
  riseTime: Date;
  tenantName: string;
  deviceName: string;
  groupName: string;
  product: string;
}

export interface ReportKey {
  serialNumber: string;
  productName: string;
  kind: string;
  state: string;
  deviceLimit: number | null;
  used: number;
  reserved: number;
  expiresAt: Date | null;
}

/** What reports read: only what their reader may see, and of the clients and groups that were chosen. Page by page. */
export interface ReportSource {
  devices(): AsyncIterable<readonly ReportDevice[]>;
  events(filter: { types?: readonly string[]; severities?: readonly number[] }): AsyncIterable<readonly ReportEvent[]>;
  licenseKeys(): Promise<readonly ReportKey[]>;
}

/** One kind of report: what it is about, its columns, and its rows. */
export interface ReportKind {
  id: ReportTypeId;
  /** `RPT_TYPE` of the Open API. */
  number: number;
  title: string;
  description: string;
  /** Of whoever runs it, beside the right to see reports. */
  needs: Permission;
  takesPeriod: boolean;
  takesGroups: boolean;
  columns: readonly Column[];
  rows(source: ReportSource, now: Date): AsyncIterable<readonly (readonly Cell[])[]>;
  /** Under which word a row is counted in the summary. */
  countedAs(row: readonly Cell[]): string;
}

export interface ReportData {
  kind: ReportKind;
  madeAt: Date;
  /** Null: it is about now. */
  period: { from: Date; to: Date } | null;
  /** To be read once, to its end. */
  pages: AsyncIterable<readonly (readonly Cell[])[]>;
  /** What is known once the pages were read. */
  end(): { rowCount: number; isCut: boolean; summary: { label: string; count: number }[] };
}

/** Words that a summary tells apart; what is rarer is counted together. */
const MOST_LABELS = 1000;
const MOST_SHOWN_LABELS = 50;
const OTHERS = 'Others';

/** A report at its beginning: it is made while its pages are read. */
export const startReport = (
  kind: ReportKind,
  source: ReportSource,
  { now, period, mostRows }: { now: Date; period: ReportData['period']; mostRows: number },
): ReportData => {
  const counts = new Map<string, number>();
  let rowCount = 0;
  let isCut = false;
  const count = (row: readonly Cell[]): void => {
    const label = kind.countedAs(row) || 'Not known';
    const key = counts.has(label) || counts.size < MOST_LABELS ? label : OTHERS;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const pages = async function* () {
    for await (const page of kind.rows(source, now)) {
      const kept = page.slice(0, mostRows - rowCount);
      isCut = kept.length < page.length;
      rowCount += kept.length;
      for (const row of kept) count(row);
      if (kept.length > 0) yield kept;
      if (isCut) return;
    }
  };
  return {
    kind,
    madeAt: now,
    period: kind.takesPeriod ? period : null,
    pages: pages(),
    end: () => {
      const summary = [...counts]
        .map(([label, n]) => ({ label, count: n }))
        .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
      return { rowCount, isCut, summary: summary.slice(0, MOST_SHOWN_LABELS) };
    },
  };
};
