import Button from '@cloudscape-design/components/button';
import type { Tenant } from '@gatehouse/contract';
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
import { CountsView } from './CountsView.tsx';
import { tenantMessages } from './messages.ts';

export const TenantListView = ({
  answer,
  selected,
  onChoose,
  onAdd,
}: {
  answer: Answer<{ items: Tenant[] }>;
  selected: string | undefined;
  onChoose(id: string | undefined): void;
  onAdd(): void;
}) => {
  const text = useText(tenantMessages);
  const may = useMay();
  const go = useGo();
  const address = useAddress();
  usePageTitle(text('tenants'));
  const add = may('tenants:write') && (
    <Button variant="primary" onClick={onAdd}>
      {text('add')}
    </Button>
  );
  return (
    <ListTable
      variant="full-page"
      label={text('tenants')}
      description={text('description')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: add }}
      chosen={{ id: selected, onChoose, onOpen: ({ id }) => go(address(paths.tenant(id))) }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          cell: ({ id, name }) => <AppLink to={paths.tenant(id)}>{name}</AppLink>,
          minWidth: 180,
        },
        {
          id: 'devices',
          header: text('devices'),
          cell: ({ devices }) => <CountsView counts={devices} />,
          minWidth: 300,
        },
        { id: 'number', header: text('number'), cell: ({ virtualServerId }) => virtualServerId },
        { id: 'added', header: text('added'), cell: ({ createdAt }) => <RelativeTime at={createdAt} />, minWidth: 120 },
      ]}
    />
  );
};
