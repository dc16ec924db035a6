import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  AskFirst,
  Loaded,
  paths,
  urlOneOf,
  useAddress,
  useGo,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { DevicesPart } from './DevicesPart.tsx';
import { serverTreeMessages } from './messages.ts';
import { forgetAnswers, ServerDialog } from './ServerDialog.tsx';
import { ServerView, serverTabs } from './ServerView.tsx';
import { useServer, useServerActs } from './useServers.ts';

const state = z.object({ tab: urlOneOf(serverTabs) });

export const ServerScreen = () => {
  const { serverId = '' } = useParams({ strict: false }) as { serverId?: string };
  const text = useText(serverTreeMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const [url, change] = useUrlState(state);
  const answer = useServer(serverId);
  const acts = useServerActs();
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const close = () => {
    setDialog(null);
    forgetAnswers(acts);
  };
  return (
    <Loaded of={answer}>
      {(server) => (
        <>
          <ServerView
            server={server}
            tab={url.tab ?? 'devices'}
            devices={<DevicesPart server={server} />}
            isRefreshing={acts.refresh.isPending}
            onTab={(tab) => change({ tab: tab === 'devices' ? undefined : tab })}
            onRefresh={() => acts.refresh.mutate({ params: { serverId } })}
            onChange={() => setDialog('edit')}
            onRemove={() => setDialog('remove')}
          />
          {dialog === 'edit' && (
            <ServerDialog
              server={server}
              acts={acts}
              onSaved={() => {
                close();
                say({ type: 'success', content: text('saved') });
              }}
              onCancel={close}
            />
          )}
          {dialog === 'remove' && (
            <AskFirst
              title={text('removeTitle')}
              confirm={text('removeTitle')}
              isBusy={acts.remove.isPending}
              problem={acts.remove.error}
              onCancel={close}
              onConfirm={() =>
                acts.remove.mutate(
                  { params: { serverId } },
                  {
                    onSuccess: () => {
                      say({ type: 'success', content: text('removed') });
                      go(address(paths.servers));
                    },
                  },
                )
              }
            >
              <p>{text('removeAsk', { name: server.name })}</p>
            </AskFirst>
          )}
        </>
      )}
    </Loaded>
  );
};
