import type { PsaChoice, PsaField } from '@gatehouse/contract';
import { z } from 'zod';
import { PsaAnswerUnreadable } from '../errors.ts';
import type { AutotaskClient } from './client.ts';

const CACHE_MS = 24 * 3_600_000;
const WORK_TYPE = 1;
/** Read once a day, and neither a ticket nor a note can do without it. */
const URGENT = { priority: 'create' } as const;

const Metadata = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      picklistParentValueField: z.string().nullish(),
      picklistValues: z
        .array(
          z.object({
            value: z.union([z.string(), z.number()]).transform(String),
            label: z.string(),
            isActive: z.boolean(),
            sortOrder: z.number().nullish(),
            parentValue: z.union([z.string(), z.number()]).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});
type Metadata = z.output<typeof Metadata>;

/**
 * The fields of a ticket that rules set, or with `general` all tickets have in common, as the PSA's own names;
 * `closedStatus` is ours, with status' choices.
 */
const ruleFields = [
  { name: 'priority', general: false, title: 'Priority', required: true, picklist: 'priority', parent: null },
  { name: 'queueID', general: false, title: 'Queue', required: true, picklist: 'queueID', parent: null },
  { name: 'status', general: true, title: 'New ticket status', required: true, picklist: 'status', parent: null },
  {
    name: 'closedStatus',
    general: true,
    title: 'Closed ticket status',
    required: true,
    picklist: 'status',
    parent: null,
  },
  { name: 'source', general: true, title: 'Ticket source', required: false, picklist: 'source', parent: null },
  { name: 'issueType', general: false, title: 'Issue type', required: false, picklist: 'issueType', parent: null },
  {
    name: 'subIssueType',
    general: false,
    title: 'Issue subtype',
    required: false,
    picklist: 'subIssueType',
    parent: 'issueType',
  },
] as const;
/** Fields that a ticket can do without: dropped when their chosen value is gone. */
export const optionalFields = ['source', 'issueType', 'subIssueType', 'billingCodeID'];
/** Fields of a ticket row that hold a choice. */
export const rowFields = ['priority', 'queueID', 'status', 'source', 'issueType', 'subIssueType', 'billingCodeID'];

const choicesOf = (metadata: Metadata, picklist: string): PsaChoice[] => {
  const field = metadata.fields.find(({ name }) => name.toLowerCase() === picklist.toLowerCase());
  return [...(field?.picklistValues ?? [])]
    .sort((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0))
    .map(({ value, label, isActive, parentValue }) => ({
      id: value,
      label,
      active: isActive,
      parentId: parentValue === null || parentValue === undefined || parentValue === '' ? null : String(parentValue),
    }));
};

/** What a note needs; read from its picklists, since their ids differ per database. */
export interface NoteKinds {
  noteType: number;
  publish: number;
}

const noteKinds = (metadata: Metadata): NoteKinds => {
  const active = (picklist: string) => choicesOf(metadata, picklist).filter((choice) => choice.active);
  const publish = active('publish').find(({ label }) => /internal/i.test(label));
  if (!publish) throw new PsaAnswerUnreadable('Autotask offers no internal visibility for ticket notes');
  const kinds = active('noteType');
  const noteType =
    kinds.find(({ label }) => /note/i.test(label)) ?? kinds.find(({ label }) => /detail/i.test(label)) ?? kinds[0];
  if (!noteType) throw new PsaAnswerUnreadable('Autotask offers no type for ticket notes');
  return { noteType: Number(noteType.id), publish: Number(publish.id) };
};

/** The ticket's routing fields with their choices, kept for a day or until somebody learns that they are out of date. */
export const fieldCache = (client: AutotaskClient, clock: () => Date) => {
  let kept: { fields: PsaField[]; notes: NoteKinds; at: number } | null = null;

  let loading: ReturnType<typeof load> | null = null;

  const metadataOf = async (entity: string): Promise<Metadata> => {
    const read = Metadata.safeParse(await client.read(entity, `${entity}/entityInformation/fields`, URGENT));
    if (!read.success) throw new PsaAnswerUnreadable(`Autotask describes the fields of ${entity} in an unknown shape`);
    return read.data;
  };

  const load = async () => {
    const [tickets, notes, workTypes] = await Promise.all([
      metadataOf('Tickets'),
      metadataOf('TicketNotes'),
      client.query(
        'BillingCodes',
        {
          filter: [{ op: 'eq', field: 'useType', value: WORK_TYPE }],
          IncludeFields: ['id', 'name', 'isActive'],
          MaxRecords: 500,
        },
        URGENT,
      ),
    ]);
    const fields: PsaField[] = ruleFields.map(({ name, general, title, required, picklist, parent }) => ({
      name,
      general,
      title,
      required,
      parent,
      choices: choicesOf(tickets, picklist),
    }));
    const workTypeChoices = workTypes
      .map((row) => ({
        id: String(row['id']),
        label: String(row['name']),
        active: row['isActive'] === true,
        parentId: null,
      }))
      .sort((a, b) => a.label.localeCompare(b.label));
    fields.push({
      name: 'billingCodeID',
      general: false,
      title: 'Work type',
      required: false,
      parent: null,
      choices: workTypeChoices,
    });
    return { fields, notes: noteKinds(notes), at: clock().getTime() };
  };

  const current = async (fresh: boolean) => {
    if (!fresh && kept && clock().getTime() - kept.at <= CACHE_MS) return kept;
    loading ??= load().finally(() => {
      loading = null;
    });
    kept = await loading;
    return kept;
  };

  return {
    fields: async (fresh = false): Promise<PsaField[]> => (await current(fresh)).fields,
    noteKinds: async (): Promise<NoteKinds> => (await current(false)).notes,
    /** A value that we sent is gone: whatever is kept may be wrong. */
    forget: (): void => {
      kept = null;
    },
  };
};
