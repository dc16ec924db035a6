import Button from '@cloudscape-design/components/button';
import Tabs from '@cloudscape-design/components/tabs';
import type { ApiToken, User } from '@gatehouse/contract';
import { type Answer, ListTable, Page, RelativeTime, StateMark, useMay, useText } from '../platform/index.ts';
import { userMessages } from './messages.ts';
import { roleWords, type TenantChoice } from './RightsFieldsView.tsx';

export const userTabs = ['users', 'tokens'] as const;
export type UserTab = (typeof userTabs)[number];

export const UsersView = ({
  users,
  tokens,
  tenants,
  tab,
  onTab,
  onAddUser,
  onChangeUser,
  onAddToken,
  onRevokeToken,
}: {
  users: Answer<{ items: User[] }>;
  tokens: Answer<{ items: ApiToken[] }>;
  tenants: TenantChoice[];
  tab: UserTab;
  onTab(tab: UserTab): void;
  onAddUser(): void;
  onChangeUser(user: User): void;
  onAddToken(): void;
  onRevokeToken(token: ApiToken): void;
}) => {
  const text = useText(userMessages);
  const canWrite = useMay()('users:write');
  const clientsOf = (ids: string[] | null) => {
    if (ids === null) return text('allClients');
    const names = ids.map((id) => tenants.find((tenant) => tenant.id === id)?.name);
    return names.every((name) => name !== undefined) && names.length <= 3
      ? names.join(', ')
      : text('clientCount', { count: ids.length });
  };
  const addUser = canWrite && (
    <Button variant="primary" onClick={onAddUser}>
      {text('addUser')}
    </Button>
  );
  const addToken = canWrite && (
    <Button variant="primary" onClick={onAddToken}>
      {text('addToken')}
    </Button>
  );
  const userList = (
    <ListTable
      label={text('users')}
      description={text('usersHint')}
      answer={users}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={addUser}
      empty={{ title: text('usersEmptyTitle'), hint: text('usersEmptyHint'), action: addUser }}
      columns={[
        { id: 'name', header: text('name'), cell: ({ name }) => name, minWidth: 120 },
        { id: 'role', header: text('role'), cell: ({ role }) => text(roleWords[role]), minWidth: 140 },
        { id: 'clients', header: text('clients'), cell: ({ tenantIds }) => clientsOf(tenantIds), minWidth: 140 },
        {
          id: 'state',
          header: text('state'),
          minWidth: 110,
          cell: ({ disabled }) => (
            <StateMark tone={disabled ? 'none' : 'ok'}>{text(disabled ? 'disabled' : 'active')}</StateMark>
          ),
        },
        {
          id: 'signedIn',
          header: text('lastSignedIn'),
          cell: ({ lastSignedInAt }) => <RelativeTime at={lastSignedInAt} />,
          minWidth: 120,
        },
        {
          id: 'created',
          header: text('created'),
          cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
          minWidth: 120,
        },
        ...(canWrite
          ? [
              {
                id: 'change',
                header: text('change'),
                cell: (user: User) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={text('changeOf', { name: user.name })}
                    onClick={() => onChangeUser(user)}
                  >
                    {text('change')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  );
  const tokenList = (
    <ListTable
      label={text('tokens')}
      description={text('tokensHint')}
      answer={tokens}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={addToken}
      empty={{ title: text('tokensEmptyTitle'), hint: text('tokensEmptyHint'), action: addToken }}
      columns={[
        { id: 'name', header: text('name'), cell: ({ name }) => name, minWidth: 140 },
        { id: 'role', header: text('role'), cell: ({ role }) => text(roleWords[role]), minWidth: 140 },
        { id: 'clients', header: text('clients'), cell: ({ tenantIds }) => clientsOf(tenantIds), minWidth: 140 },
        { id: 'by', header: text('by'), cell: ({ createdBy }) => createdBy },
        {
          id: 'created',
          header: text('created'),
          cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
          minWidth: 120,
        },
        {
          id: 'expires',
          header: text('expires'),
          cell: ({ expiresAt }) => (expiresAt ? <RelativeTime at={expiresAt} /> : text('expiresNever')),
          minWidth: 120,
        },
        {
          id: 'used',
          header: text('lastUsed'),
          cell: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} />,
          minWidth: 120,
        },
        ...(canWrite
          ? [
              {
                id: 'revoke',
                header: text('revoke'),
                cell: (token: ApiToken) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={text('revokeOf', { name: token.name })}
                    onClick={() => onRevokeToken(token)}
                  >
                    {text('revoke')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  );
  return (
    <Page title={text('title')}>
      <Tabs
        activeTabId={tab}
        ariaLabel={text('title')}
        onChange={({ detail }) => onTab(detail.activeTabId as UserTab)}
        tabs={[
          { id: 'users', label: text('users'), content: tab === 'users' && userList },
          { id: 'tokens', label: text('tokens'), content: tab === 'tokens' && tokenList },
        ]}
      />
    </Page>
  );
};
