import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import {
  AppLink,
  Loaded,
  Page,
  ProblemAlert,
  paths,
  useKeysetPages,
  useMay,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import type { Channel } from './form.ts';
import { LogView } from './LogView.tsx';
import { notificationMessages } from './messages.ts';
import { SettingsView } from './SettingsView.tsx';
import { NotificationSearch, useNotificationLog, useNotificationSettings } from './useNotifications.ts';

const SettingsPart = () => {
  const text = useText(notificationMessages);
  const say = useSay();
  const canWrite = useMay()('server:write');
  const { settings, change, test } = useNotificationSettings();
  const [channel, setChannel] = useState<Channel | null>(null);
  return (
    <Loaded of={settings}>
      {(saved) => (
        <SettingsView
          // What was saved elsewhere is shown, not an old draft of it; how sending goes changes no draft.
          key={JSON.stringify([saved.settings, saved.hasMailPassword, saved.hasSmsPassword])}
          saved={saved}
          canWrite={canWrite}
          isSaving={change.isPending}
          problem={change.error}
          test={{ channel, isBusy: test.isPending, result: test.data, problem: test.error }}
          onSave={(body, done) => {
            test.reset();
            change.mutate(
              { body },
              {
                onSuccess: () => {
                  done();
                  say({ type: 'success', content: text('saved') });
                },
              },
            );
          }}
          onTest={(wanted, body) => {
            change.reset();
            setChannel(wanted);
            test.mutate({ body: { channel: wanted, settings: body } });
          }}
        />
      )}
    </Loaded>
  );
};

const LogPart = () => {
  const text = useText(notificationMessages);
  const say = useSay();
  const canWrite = useMay()('server:write');
  const [search, change] = useUrlState(NotificationSearch);
  const pages = useKeysetPages(search.after);
  const { list, again } = useNotificationLog(search);
  return (
    <>
      <ProblemAlert problem={again.error} />
      <LogView
        answer={list}
        search={search}
        pages={pages}
        canWrite={canWrite}
        sending={again.isPending ? (again.variables?.params.notificationId ?? null) : null}
        onChange={change}
        onAgain={({ id }) =>
          again.mutate(
            { params: { notificationId: id } },
            { onSuccess: () => say({ type: 'success', content: text('againSay') }) },
          )
        }
      />
    </>
  );
};

export const NotificationsScreen = () => {
  const text = useText(notificationMessages);
  const [{ tab = 'settings' }, change] = useUrlState(NotificationSearch);
  return (
    <Page
      title={text('title')}
      description={
        <>
          {text('hint')} <AppLink to={paths.eventConfiguration}>{text('eventConfiguration')}</AppLink>
        </>
      }
    >
      <Tabs
        activeTabId={tab}
        ariaLabel={text('title')}
        onChange={({ detail }) => change({ tab: detail.activeTabId === 'log' ? 'log' : undefined })}
        tabs={[
          { id: 'settings', label: text('tabSettings'), content: tab === 'settings' && <SettingsPart /> },
          { id: 'log', label: text('tabLog'), content: tab === 'log' && <LogPart /> },
        ]}
      />
    </Page>
  );
};
