import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FrequentEvent } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, Loaded, useKeysetPages, useMay, useSay, useText, useUrlState } from '../platform/index.ts';
import { FrequentEventDetailsView } from './FrequentEventDetailsView.tsx';
import { FrequentEventsView } from './FrequentEventsView.tsx';
import { frequentMessages } from './messages.ts';
import { RuleView } from './RuleView.tsx';
import { FrequentSearch, useFrequentEvents } from './useFrequentEvents.ts';

const acts = {
  exclude: { ask: 'excludeAsk', done: 'excluded' },
  block: { ask: 'blockAsk', done: 'blocked' },
  remove: { ask: 'removeAsk', done: 'removed' },
} as const;
type Act = keyof typeof acts;

/** What can be done with a kind in its state. */
const actsFor = ({ state }: FrequentEvent): Act[] =>
  state === 'blocked' ? ['exclude', 'remove'] : state === 'excluded' ? ['block', 'remove'] : [];

export const FrequentEventsScreen = () => {
  const text = useText(frequentMessages);
  const say = useSay();
  const canWrite = useMay()('server:write');
  const [search, change] = useUrlState(FrequentSearch);
  const calls = useFrequentEvents(search);
  const pages = useKeysetPages(search.after);
  const [asked, setAsked] = useState<{ act: Act; of: FrequentEvent } | null>(null);
  const row = calls.list.data?.items.find(({ id }) => id === search.selected);
  const detail = calls.chosen.data;
  const shown = search.tab === 'rule' ? undefined : (row ?? detail?.frequentEvent);
  const close = () => {
    setAsked(null);
    for (const act of Object.keys(acts) as Act[]) calls[act].reset();
  };
  const buttons = (of: FrequentEvent) => (
    <SpaceBetween size="xs" direction="horizontal">
      {actsFor(of).map((act) => (
        <Button key={act} onClick={() => setAsked({ act, of })}>
          {text(act)}
        </Button>
      ))}
    </SpaceBetween>
  );
  return (
    <>
      <FrequentEventsView
        answer={calls.list}
        search={search}
        pages={pages}
        isOff={calls.rule.data?.settings.enabled === false}
        actions={canWrite && row && buttons(row)}
        onChange={change}
        rule={
          <Loaded of={calls.rule}>
            {(rule) => (
              <RuleView
                rule={rule}
                isSaving={calls.saveRule.isPending}
                problem={calls.saveRule.error}
                onSave={(settings, done) =>
                  calls.saveRule.mutate(
                    { body: settings },
                    {
                      onSuccess: () => {
                        done();
                        say({ type: 'success', content: text('saved') });
                      },
                    },
                  )
                }
              />
            )}
          </Loaded>
        }
      />
      {shown && (
        <FrequentEventDetailsView
          frequentEvent={shown}
          devices={detail?.frequentEvent.id === shown.id ? detail.devices : []}
          suppressedOfOthers={detail?.frequentEvent.id === shown.id ? detail.suppressedOfOthers : 0}
          onClose={() => change({ selected: undefined })}
        />
      )}
      {asked && (
        <AskFirst
          title={text(asked.act)}
          confirm={text(asked.act)}
          isBusy={calls[asked.act].isPending}
          problem={calls[asked.act].error}
          onCancel={close}
          onConfirm={() =>
            calls[asked.act].mutate(
              { body: { ids: [asked.of.id] } },
              {
                onSuccess: () => {
                  close();
                  if (asked.act === 'remove') change({ selected: undefined });
                  say({ type: 'success', content: text(acts[asked.act].done) });
                },
              },
            )
          }
        >
          <p>{text(acts[asked.act].ask, { name: asked.of.displayName, tenant: asked.of.tenantName })}</p>
        </AskFirst>
      )}
    </>
  );
};
