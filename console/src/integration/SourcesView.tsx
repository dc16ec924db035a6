import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { addSource, type Source } from '@gatehouse/contract';
import { useState } from 'react';
import {
  type Answer,
  AskFirst,
  issueOf,
  ListTable,
  RelativeTime,
  StateMark,
  useMay,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import { HoldUpView } from './StateView.tsx';

export const SourcesView = ({
  answer,
  onAdd,
  onRemove,
}: {
  answer: Answer<{ items: Source[] }>;
  onAdd(): void;
  onRemove(source: Source): void;
}) => {
  const text = useText(integrationMessages);
  const may = useMay();
  usePageTitle(text('sources'));
  const add = may('integrations:write') && (
    <Button variant="primary" onClick={onAdd}>
      {text('addSource')}
    </Button>
  );
  return (
    <ListTable
      variant="full-page"
      label={text('sources')}
      description={text('sourcesHint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('sourcesEmptyTitle'), hint: text('sourcesEmptyHint'), action: add }}
      columns={[
        { id: 'name', header: text('sourceName'), cell: ({ name }) => name, minWidth: 140 },
        {
          id: 'state',
          header: text('state'),
          minWidth: 120,
          cell: ({ enabled, problem }) => (
            <StateMark tone={!enabled ? 'none' : problem ? 'critical' : 'ok'}>
              {text(!enabled ? 'paused' : problem ? 'failing' : 'reads')}
            </StateMark>
          ),
        },
        {
          id: 'url',
          header: text('address'),
          cell: ({ url }) => <span className="gh-wrap">{url}</span>,
          minWidth: 200,
        },
        { id: 'user', header: text('user'), cell: ({ user }) => user },
        { id: 'tenants', header: text('tenants'), cell: ({ tenants }) => tenants },
        {
          id: 'read',
          header: text('lastRead'),
          cell: ({ lastReadAt }) => <RelativeTime at={lastReadAt} />,
          minWidth: 120,
        },
        {
          id: 'problem',
          header: text('problem'),
          cell: ({ problem }) => <HoldUpView problem={problem} />,
          minWidth: 200,
        },
        ...(may('integrations:write')
          ? [
              {
                id: 'remove',
                header: text('deleteSource'),
                minWidth: 120,
                cell: (source: Source) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`${text('deleteSource')}: ${source.name}`}
                    onClick={() => onRemove(source)}
                  >
                    {text('deleteSource')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  );
};

const NewSource = addSource.body;
const inputs = [
  { name: 'name', label: 'sourceName', type: 'text' },
  { name: 'url', label: 'address', type: 'text' },
  { name: 'user', label: 'user', type: 'text' },
  { name: 'password', label: 'password', type: 'password' },
  { name: 'certificateFingerprint', label: 'fingerprint', type: 'text' },
] as const;
type Typed = Record<(typeof inputs)[number]['name'], string>;

export const AddSourceView = ({
  isBusy,
  problem,
  onAdd,
  onCancel,
}: {
  isBusy: boolean;
  problem: unknown;
  onAdd(source: Typed): void;
  onCancel(): void;
}) => {
  const text = useText(integrationMessages);
  const [typed, setTyped] = useState<Typed>({ name: '', url: '', user: '', password: '', certificateFingerprint: '' });
  const [tried, setTried] = useState(false);
  // The contract's own rules, so that the form and the server say the same.
  const checked = NewSource?.safeParse(typed);
  const issue = (name: string) => checked?.error?.issues.find(({ path }) => path[0] === name)?.message;
  return (
    <AskFirst
      title={text('addSource')}
      confirm={text('connect')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (checked?.success) onAdd(checked.data);
      }}
    >
      <p>{text('addSourceHint')}</p>
      {inputs.map(({ name, label, type }) => (
        <FormField
          key={name}
          label={text(label)}
          description={name === 'certificateFingerprint' ? text('fingerprintHint') : undefined}
          errorText={
            (tried && (typed[name].trim() === '' ? text('fieldMissing') : issue(name))) || issueOf(problem, name)
          }
        >
          <Input
            value={typed[name]}
            type={type}
            autoComplete={type === 'password' ? 'new-password' : 'off'}
            spellcheck={false}
            placeholder={name === 'url' ? 'https://server.example:13299' : undefined}
            onChange={({ detail }) => setTyped((all) => ({ ...all, [name]: detail.value }))}
          />
        </FormField>
      ))}
    </AskFirst>
  );
};
