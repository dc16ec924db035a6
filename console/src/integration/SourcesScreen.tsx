import type { Source } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useSay, useText } from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import { AddSourceView, SourcesView } from './SourcesView.tsx';
import { useSources } from './useIntegrations.ts';

export const SourcesScreen = () => {
  const text = useText(integrationMessages);
  const say = useSay();
  const { sources, add, remove } = useSources();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Source | null>(null);
  const saved = () => say({ type: 'success', content: text('saved') });
  return (
    <>
      <SourcesView answer={sources} onAdd={() => setAdding(true)} onRemove={setRemoving} />
      {isAdding && (
        <AddSourceView
          isBusy={add.isPending}
          problem={add.error}
          onCancel={() => {
            setAdding(false);
            add.reset();
          }}
          onAdd={(body) =>
            add.mutate(
              { body },
              {
                onSuccess: () => {
                  setAdding(false);
                  saved();
                },
              },
            )
          }
        />
      )}
      {removing && (
        <AskFirst
          title={text('deleteSource')}
          confirm={text('deleteSource')}
          isBusy={remove.isPending}
          problem={remove.error}
          onCancel={() => setRemoving(null)}
          onConfirm={() =>
            remove.mutate(
              { params: { sourceId: removing.id } },
              {
                onSuccess: () => {
                  setRemoving(null);
                  saved();
                },
              },
            )
          }
        >
          <p>{text('deleteSourceAsk', { name: removing.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
