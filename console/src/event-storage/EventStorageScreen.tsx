import { useSay, useText } from '../platform/index.ts';
import { EventStorageView } from './EventStorageView.tsx';
import { storageMessages } from './messages.ts';
import { useEventStorage } from './useEventStorage.ts';

export const EventStorageScreen = () => {
  const text = useText(storageMessages);
  const say = useSay();
  const { storage, change } = useEventStorage();
  return (
    <EventStorageView
      answer={storage}
      isSaving={change.isPending}
      problem={change.error}
      onSave={(maximumEvents, done) =>
        change.mutate(
          { body: { maximumEvents } },
          {
            onSuccess: () => {
              done();
              say({ type: 'success', content: text('saved', { maximum: maximumEvents }) });
            },
          },
        )
      }
    />
  );
};
