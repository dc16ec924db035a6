import Button from '@cloudscape-design/components/button';
import type { Integration } from '@gatehouse/contract';
import {
  type Answer,
  AppLink,
  ListTable,
  paths,
  RelativeTime,
  useAddress,
  useGo,
  useMay,
  usePageTitle,
  useText,
} from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import { HoldUpView, StateView } from './StateView.tsx';

export const IntegrationListView = ({
  answer,
  kindTitle,
  selected,
  onChoose,
  onAdd,
}: {
  answer: Answer<{ items: Integration[] }>;
  kindTitle(kind: string): string;
  selected: string | undefined;
  onChoose(id: string | undefined): void;
  onAdd(): void;
}) => {
  const text = useText(integrationMessages);
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  usePageTitle(text('integrations'));
  const add = may('integrations:write') && (
    <Button variant="primary" onClick={onAdd}>
      {text('add')}
    </Button>
  );
  return (
    <ListTable
      variant="full-page"
      label={text('integrations')}
      description={text('description')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: add }}
      chosen={{ id: selected, onChoose, onOpen: ({ id }) => go(address(paths.integration(id))) }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          cell: ({ id, name }) => <AppLink to={paths.integration(id)}>{name}</AppLink>,
          minWidth: 200,
        },
        { id: 'kind', header: text('kind'), cell: ({ kind }) => kindTitle(kind), minWidth: 100 },
        { id: 'state', header: text('state'), cell: (row) => <StateView integration={row} />, minWidth: 170 },
        {
          id: 'problem',
          header: text('problem'),
          cell: ({ problem }) => <HoldUpView problem={problem} />,
          minWidth: 240,
        },
        { id: 'added', header: text('added'), cell: ({ createdAt }) => <RelativeTime at={createdAt} />, minWidth: 120 },
      ]}
    />
  );
};
