import type { SeverityCode } from '@gatehouse/contract';
import { applicationEventTypes } from './catalogue-applications.ts';
import { serverEventTypes } from './catalogue-server.ts';

/** `[component, code, numeric id, display name, severity, storage term in days]`; a term of 0 is not stored. */
export type CatalogueRow = [
  component: string,
  code: string,
  typeId: number | null,
  displayName: string,
  severity: SeverityCode | null,
  storageTermDays: number,
];

/** An event type. Its key is component, code and id together: a code alone can stand for several (virus outbreak). */
export interface EventType {
  component: string;
  /** Spelled as the field spells it, also where that is a misspelling (`KLSRV_INVLICPROD_EXCEDED`). */
  code: string;
  /** Numeric id for outside tools, where there is one. */
  typeId: number | null;
  displayName: string;
  /** 1 Info to 4 Critical; Info where the event itself decides (task states). */
  severity: SeverityCode;
  /** 0: detected and passed on, but not stored. */
  storageTermDays: number;
}

/** What our own agent reports beside the field's types (docs/agent-protocol.md). */
const ownEventTypes: CatalogueRow[] = [
  ['Gatehouse agent', 'GATEHOUSE_AGENT_SPOOL_OVERFLOW', null, 'Events were dropped: the spool was full', 3, 180],
  ['Gatehouse agent', 'GATEHOUSE_AGENT_UPDATED', null, 'The agent was updated', 1, 30],
  ['Gatehouse agent', 'GATEHOUSE_AGENT_UPDATE_FAILED', null, 'The agent could not be updated', 3, 90],
  ['Gatehouse agent', 'GATEHOUSE_AGENT_OBJECT_RESTORED', null, 'Object restored from quarantine', 2, 90],
  ['Gatehouse agent', 'GATEHOUSE_AGENT_OBJECT_REMOVED', null, 'Object deleted from quarantine', 1, 30],
  ['Gatehouse agent', 'GATEHOUSE_AGENT_OBJECT_NOT_QUARANTINED', null, 'Object could not be moved to quarantine', 3, 90],
];

/** Every event type that we know (KSC 13.1 help, topics 177080 to 177204; KSC Open API pages for applications). */
export const eventTypes: readonly EventType[] = [...serverEventTypes, ...applicationEventTypes, ...ownEventTypes].map(
  ([component, code, typeId, displayName, severity, storageTermDays]) => ({
    component,
    code,
    typeId,
    displayName,
    severity: severity ?? 1,
    storageTermDays,
  }),
);

const byCode = Map.groupBy(eventTypes, ({ code }) => code);

/**
 * The type with this code, of those that share it the one with this id, or the first; undefined for a type that is
 * newer than this catalogue, or foreign.
 */
export const eventTypeOf = (code: string, typeId?: number): EventType | undefined => {
  const types = byCode.get(code);
  return types?.find((type) => type.typeId === typeId) ?? types?.[0];
};

/** The component under which types are listed that no catalogue names. */
export const UNKNOWN_COMPONENT = 'Unknown';
/** Kept when a type is unknown: what the catalogue keeps most types for. */
export const DEFAULT_STORAGE_TERM_DAYS = 30;

/** A type that no catalogue names: its code is all we know. */
export const unknownType = (code: string): EventType => ({
  component: UNKNOWN_COMPONENT,
  code,
  typeId: null,
  displayName: code,
  severity: 1,
  storageTermDays: DEFAULT_STORAGE_TERM_DAYS,
});
