import { useState } from 'react';
import { AskFirst, Loaded, useMay, useSay, useText } from '../platform/index.ts';
import { serverMessages } from './messages.ts';
import { TracingView } from './TracingView.tsx';
import { useTracing } from './useServer.ts';

export const TracingPart = () => {
  const text = useText(serverMessages);
  const say = useSay();
  const may = useMay()('server:write');
  const { tracing, put, remove } = useTracing();
  const [isDeleting, setDeleting] = useState(false);
  return (
    <Loaded of={tracing}>
      {(state) => (
        <>
          <TracingView
            tracing={state}
            mayChange={may}
            isBusy={put.isPending || remove.isPending}
            problem={put.error}
            onSwitch={(on) => put.mutate({ body: { on } })}
            onDelete={() => setDeleting(true)}
          />
          {isDeleting && (
            <AskFirst
              title={text('tracingDelete')}
              confirm={text('tracingDelete')}
              isBusy={remove.isPending}
              problem={remove.error}
              onCancel={() => setDeleting(false)}
              onConfirm={() =>
                remove.mutate(
                  {},
                  {
                    onSuccess: () => {
                      setDeleting(false);
                      say({ type: 'success', content: text('tracingDeleted') });
                    },
                  },
                )
              }
            >
              <p>{text('tracingDeleteAsk')}</p>
            </AskFirst>
          )}
        </>
      )}
    </Loaded>
  );
};
