import type { SecondaryServer } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useSay, useText } from '../platform/index.ts';
import { serverTreeMessages } from './messages.ts';
import { forgetAnswers, ServerDialog } from './ServerDialog.tsx';
import { ServerTreeView } from './ServerTreeView.tsx';
import { useServerActs, useServerTree } from './useServers.ts';

type Dialog =
  | { what: 'edit'; server: SecondaryServer | null }
  | { what: 'remove'; server: SecondaryServer }
  | { what: 'forget'; name: string };

export const ServerTreeScreen = () => {
  const text = useText(serverTreeMessages);
  const say = useSay();
  const { tree, forget } = useServerTree();
  const acts = useServerActs();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [refreshing, setRefreshing] = useState<string | null>(null);
  const close = () => {
    setDialog(null);
    forgetAnswers(acts);
    forget.reset();
  };
  const closeWith = (words: 'saved' | 'removed' | 'forgotten') => () => {
    close();
    say({ type: 'success', content: text(words) });
  };
  return (
    <>
      <ServerTreeView
        answer={tree}
        refreshing={acts.refresh.isPending ? refreshing : null}
        onAdd={() => setDialog({ what: 'edit', server: null })}
        onChange={(server) => setDialog({ what: 'edit', server })}
        onRemove={(server) => setDialog({ what: 'remove', server })}
        onForget={(name) => setDialog({ what: 'forget', name })}
        onRefresh={({ id }) => {
          setRefreshing(id);
          acts.refresh.mutate({ params: { serverId: id } });
        }}
      />
      {dialog?.what === 'edit' && (
        <ServerDialog server={dialog.server} acts={acts} onSaved={closeWith('saved')} onCancel={close} />
      )}
      {dialog?.what === 'remove' && (
        <AskFirst
          title={text('removeTitle')}
          confirm={text('removeTitle')}
          isBusy={acts.remove.isPending}
          problem={acts.remove.error}
          onCancel={close}
          onConfirm={() =>
            acts.remove.mutate({ params: { serverId: dialog.server.id } }, { onSuccess: closeWith('removed') })
          }
        >
          <p>{text('removeAsk', { name: dialog.server.name })}</p>
        </AskFirst>
      )}
      {dialog?.what === 'forget' && (
        <AskFirst
          title={text('forget')}
          confirm={text('forget')}
          isBusy={forget.isPending}
          problem={forget.error}
          onCancel={close}
          onConfirm={() => forget.mutate({}, { onSuccess: closeWith('forgotten') })}
        >
          <p>{text('forgetAsk', { name: dialog.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
