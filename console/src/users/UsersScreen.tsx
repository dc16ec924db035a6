import type { ApiToken, User } from '@gatehouse/contract';
import { useState } from 'react';
import { z } from 'zod';
import { AskFirst, OneTimeSecret, urlOneOf, useSay, useText, useUrlState } from '../platform/index.ts';
import { userMessages } from './messages.ts';
import { TokenDialogView } from './TokenDialogView.tsx';
import { type TypedUser, UserDialogView } from './UserDialogView.tsx';
import { UsersView, userTabs } from './UsersView.tsx';
import { useUsers } from './useUsers.ts';

const UsersSearch = z.object({ tab: urlOneOf(userTabs) });
type Dialog = { what: 'user'; user: User | null } | { what: 'token' } | { what: 'revoke'; token: ApiToken };

export const UsersScreen = () => {
  const text = useText(userMessages);
  const say = useSay();
  const [search, change] = useUrlState(UsersSearch);
  const calls = useUsers();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const tenants = calls.tenants.data?.items ?? [];
  const close = () => {
    setDialog(null);
    for (const { reset } of [calls.add, calls.change, calls.revokeToken]) reset();
  };
  const done = {
    onSuccess: () => {
      close();
      say({ type: 'success', content: text('saved') });
    },
  };
  const saveUser = (user: User | null, { name, password, ...rights }: TypedUser) => {
    if (user === null) {
      const { disabled: _, ...given } = rights;
      calls.add.mutate({ body: { name, password, ...given } }, done);
    } else {
      const body = password === '' ? rights : { ...rights, password };
      calls.change.mutate({ params: { userId: user.id }, body }, done);
    }
  };
  const made = calls.addToken.data;
  return (
    <>
      <UsersView
        users={calls.users}
        tokens={calls.tokens}
        tenants={tenants}
        tab={search.tab ?? 'users'}
        onTab={(tab) => change({ tab: tab === 'users' ? undefined : tab })}
        onAddUser={() => setDialog({ what: 'user', user: null })}
        onChangeUser={(user) => setDialog({ what: 'user', user })}
        onAddToken={() => setDialog({ what: 'token' })}
        onRevokeToken={(token) => setDialog({ what: 'revoke', token })}
      />
      {dialog?.what === 'user' && (
        <UserDialogView
          user={dialog.user}
          tenants={tenants}
          isBusy={calls.add.isPending || calls.change.isPending}
          problem={calls.add.error ?? calls.change.error}
          onCancel={close}
          onSave={(typed) => saveUser(dialog.user, typed)}
        />
      )}
      {dialog?.what === 'token' && (
        <TokenDialogView
          tenants={tenants}
          isBusy={calls.addToken.isPending}
          problem={calls.addToken.error}
          onCancel={close}
          onAdd={(body) => calls.addToken.mutate({ body }, { onSuccess: () => setDialog(null) })}
        />
      )}
      {made && (
        <OneTimeSecret
          title={text('tokenMade', { name: made.name })}
          hint={text('tokenMadeHint')}
          lines={[{ label: text('secret'), value: made.secret }]}
          onDone={calls.addToken.reset}
        />
      )}
      {dialog?.what === 'revoke' && (
        <AskFirst
          title={text('revokeTitle')}
          confirm={text('revokeTitle')}
          isBusy={calls.revokeToken.isPending}
          problem={calls.revokeToken.error}
          onCancel={close}
          onConfirm={() => calls.revokeToken.mutate({ params: { tokenId: dialog.token.id } }, done)}
        >
          <p>{text('revokeAsk', { name: dialog.token.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
