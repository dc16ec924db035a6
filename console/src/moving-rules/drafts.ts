import { DeviceTag, type MovingRule, MovingRuleBody, readAddressRange } from '@gatehouse/contract';

/** A rule while it is being edited; lists of text are kept as typed. */
export interface Draft {
  name: string;
  enabled: boolean;
  mode: MovingRuleBody['mode'];
  reach: MovingRuleBody['reach'];
  groupId: number | null;
  names: string;
  addresses: string;
  osFamilies: MovingRuleBody['conditions']['osFamilies'];
  osNames: string;
  isServer: boolean | null;
  /** With commas between. */
  tags: string;
  addTags: string;
}

export const newDraft = (): Draft => ({
  name: '',
  enabled: true,
  mode: 'always',
  reach: 'unassigned',
  groupId: null,
  names: '',
  addresses: '',
  osFamilies: [],
  osNames: '',
  isServer: null,
  tags: '',
  addTags: '',
});

export const draftOf = ({ conditions, ...rule }: MovingRule): Draft => ({
  name: rule.name,
  enabled: rule.enabled,
  mode: rule.mode,
  reach: rule.reach,
  groupId: rule.groupId,
  names: conditions.names.join('\n'),
  addresses: conditions.addresses.join('\n'),
  osFamilies: conditions.osFamilies,
  osNames: conditions.osNames.join('\n'),
  isServer: conditions.isServer,
  tags: conditions.tags.join(', '),
  addTags: rule.addTags.join(', '),
});

const partsOf = (text: string, by: string): string[] => [
  ...new Set(
    text
      .split(by)
      .map((part) => part.trim())
      .filter(Boolean),
  ),
];

export interface Wrong {
  field: 'name' | 'group' | 'addresses' | 'tags' | 'addTags';
  /** Of addresses: the line, counted from 1. */
  line?: number;
  text?: string;
}

/** What keeps a draft from being saved. */
export const wrongsOf = (draft: Draft): Wrong[] => {
  const tagWrongs = (['tags', 'addTags'] as const).flatMap((field) =>
    partsOf(draft[field], ',')
      .filter((tag) => !DeviceTag.safeParse(tag).success)
      .map((text) => ({ field, text })),
  );
  return [
    ...(draft.name.trim() === '' ? [{ field: 'name' as const }] : []),
    ...draft.addresses
      .split('\n')
      .flatMap((text, at) =>
        text.trim() !== '' && readAddressRange(text) === null
          ? [{ field: 'addresses' as const, line: at + 1, text: text.trim() }]
          : [],
      ),
    ...tagWrongs,
    ...(draft.groupId === null && partsOf(draft.addTags, ',').length === 0 ? [{ field: 'group' as const }] : []),
  ];
};

/** A draft without wrongs as the server takes it. */
export const savedOf = (draft: Draft): MovingRuleBody =>
  MovingRuleBody.parse({
    name: draft.name,
    enabled: draft.enabled,
    mode: draft.mode,
    reach: draft.reach,
    groupId: draft.groupId,
    addTags: partsOf(draft.addTags, ','),
    conditions: {
      names: partsOf(draft.names, '\n'),
      addresses: partsOf(draft.addresses, '\n'),
      osFamilies: draft.osFamilies,
      osNames: partsOf(draft.osNames, '\n'),
      isServer: draft.isServer,
      tags: partsOf(draft.tags, ','),
    },
  });
