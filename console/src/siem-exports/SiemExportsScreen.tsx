import { type SiemTarget, SiemTargetSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, ProblemAlert, useSay, useText } from '../platform/index.ts';
import { siemMessages } from './messages.ts';
import { SiemExportsView } from './SiemExportsView.tsx';
import { SiemTargetDialogView } from './SiemTargetDialogView.tsx';
import { SystemLogView } from './SystemLogView.tsx';
import { TestResultView } from './TestResultView.tsx';
import { useSiemExports } from './useSiemExports.ts';

type Dialog = { what: 'edit'; target: SiemTarget | null } | { what: 'remove'; target: SiemTarget };

export const SiemExportsScreen = () => {
  const text = useText(siemMessages);
  const say = useSay();
  const calls = useSiemExports();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [testing, setTesting] = useState<string | null>(null);

  const close = () => {
    setDialog(null);
    for (const { reset } of [calls.add, calls.change, calls.remove, calls.test]) reset();
  };
  const done = (words: 'saved' | 'removed') => ({
    onSuccess: () => {
      close();
      say({ type: 'success', content: text(words) });
    },
  });
  const open = (next: Dialog) => {
    calls.test.reset();
    setDialog(next);
  };
  return (
    <>
      {dialog === null && <ProblemAlert problem={calls.test.error} />}
      {dialog === null && calls.test.data && <TestResultView result={calls.test.data} />}
      <SiemExportsView
        answer={calls.targets}
        testing={calls.test.isPending ? testing : null}
        onAdd={() => open({ what: 'edit', target: null })}
        onChange={(target) => open({ what: 'edit', target })}
        onRemove={(target) => open({ what: 'remove', target })}
        onTest={(target) => {
          setTesting(target.id);
          calls.test.mutate({ body: SiemTargetSettings.parse(target) });
        }}
      />
      <SystemLogView answer={calls.log} />
      {dialog?.what === 'edit' && (
        <SiemTargetDialogView
          target={dialog.target}
          tenants={(calls.tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          types={[...new Map((calls.types.data?.items ?? []).map((type) => [type.code, type])).values()].map(
            ({ code, displayName }) => ({ value: code, label: displayName, description: code }),
          )}
          isBusy={calls.add.isPending || calls.change.isPending}
          problem={calls.add.error ?? calls.change.error}
          test={{ isBusy: calls.test.isPending, result: calls.test.data, problem: calls.test.error }}
          onTest={(body) => calls.test.mutate({ body })}
          onCancel={close}
          onSave={(body) =>
            dialog.target
              ? calls.change.mutate({ params: { targetId: dialog.target.id }, body }, done('saved'))
              : calls.add.mutate({ body }, done('saved'))
          }
        />
      )}
      {dialog?.what === 'remove' && (
        <AskFirst
          title={text('removeTitle')}
          confirm={text('removeTitle')}
          isBusy={calls.remove.isPending}
          problem={calls.remove.error}
          onCancel={close}
          onConfirm={() => calls.remove.mutate({ params: { targetId: dialog.target.id } }, done('removed'))}
        >
          <p>{text('removeAsk', { name: dialog.target.name, waiting: dialog.target.state.waiting })}</p>
        </AskFirst>
      )}
    </>
  );
};
