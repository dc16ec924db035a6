import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { EnrolmentToken } from '@gatehouse/contract';
import { useState } from 'react';
import { type Answer, AskFirst, issueOf, ListTable, RelativeTime, useText } from '../platform/index.ts';
import { tenantMessages } from './messages.ts';

export const EnrolmentTokensView = ({
  answer,
  onAdd,
  onRevoke,
}: {
  answer: Answer<{ items: EnrolmentToken[] }>;
  onAdd(): void;
  onRevoke(token: EnrolmentToken): void;
}) => {
  const text = useText(tenantMessages);
  const add = (
    <Button variant="primary" onClick={onAdd}>
      {text('addToken')}
    </Button>
  );
  return (
    <ListTable
      label={text('tokens')}
      description={text('tokensHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('tokensEmptyTitle'), hint: text('tokensEmptyHint'), action: add }}
      columns={[
        { id: 'name', header: text('tokenName'), cell: ({ name }) => name, minWidth: 150 },
        { id: 'group', header: text('group'), cell: ({ groupName }) => groupName, minWidth: 140 },
        {
          id: 'expires',
          header: text('expires'),
          cell: ({ expiresAt }) => (expiresAt ? <RelativeTime at={expiresAt} /> : text('expiresNever')),
          minWidth: 120,
        },
        { id: 'uses', header: text('uses'), cell: ({ usesLeft }) => usesLeft ?? text('usesAny') },
        {
          id: 'used',
          header: text('lastUsed'),
          cell: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} />,
          minWidth: 120,
        },
        { id: 'by', header: text('by'), cell: ({ createdBy }) => createdBy },
        {
          id: 'revoke',
          header: text('revoke'),
          cell: (token) => (
            <Button
              variant="inline-link"
              ariaLabel={`${text('revoke')}: ${token.name}`}
              onClick={() => onRevoke(token)}
            >
              {text('revoke')}
            </Button>
          ),
        },
      ]}
    />
  );
};

const isCount = (typed: string, most: number): boolean =>
  typed === '' || (/^[1-9]\d*$/.test(typed) && Number(typed) <= most);
const MOST_DAYS = 3650;
const MOST_USES = 1_000_000;

export const AddTokenView = ({
  groups,
  isBusy,
  problem,
  onAdd,
  onCancel,
}: {
  groups: { value: string; label: string }[];
  isBusy: boolean;
  problem: unknown;
  onAdd(token: { name: string; groupId: number | undefined; expiresInDays: number | null; uses: number | null }): void;
  onCancel(): void;
}) => {
  const text = useText(tenantMessages);
  const [name, setName] = useState('');
  const [group, setGroup] = useState(groups[0]?.value);
  const [days, setDays] = useState('30');
  const [uses, setUses] = useState('');
  const [tried, setTried] = useState(false);
  return (
    <AskFirst
      title={text('addToken')}
      confirm={text('addToken')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (name.trim() === '' || !isCount(days, MOST_DAYS) || !isCount(uses, MOST_USES)) return;
        onAdd({
          name: name.trim(),
          groupId: group === undefined ? undefined : Number(group),
          expiresInDays: days === '' ? null : Number(days),
          uses: uses === '' ? null : Number(uses),
        });
      }}
    >
      <FormField
        label={text('tokenName')}
        description={text('tokenNameHint')}
        errorText={(tried && name.trim() === '' && text('nameMissing')) || issueOf(problem, 'name')}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
      </FormField>
      <FormField label={text('group')}>
        <Select
          options={groups}
          selectedOption={groups.find(({ value }) => value === group) ?? null}
          onChange={({ detail }) => setGroup(detail.selectedOption.value)}
          expandToViewport
        />
      </FormField>
      <FormField
        label={text('expiresInDays')}
        description={text('expiresHint')}
        errorText={!isCount(days, MOST_DAYS) && text('numberIssue', { most: MOST_DAYS })}
      >
        <Input value={days} inputMode="numeric" onChange={({ detail }) => setDays(detail.value)} />
      </FormField>
      <FormField
        label={text('usesField')}
        description={text('usesHint')}
        errorText={!isCount(uses, MOST_USES) && text('numberIssue', { most: MOST_USES })}
      >
        <Input value={uses} inputMode="numeric" onChange={({ detail }) => setUses(detail.value)} />
      </FormField>
    </AskFirst>
  );
};
