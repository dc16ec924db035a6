import type { SecondaryServer } from '@gatehouse/contract';
import { ServerDialogView } from './ServerDialogView.tsx';
import type { ServerActs } from './useServers.ts';

/** The dialog with its calls, for every page that opens it. */
export const ServerDialog = ({
  server,
  acts,
  onSaved,
  onCancel,
}: {
  server: SecondaryServer | null;
  acts: ServerActs;
  onSaved(): void;
  onCancel(): void;
}) => {
  const { add, change, tryOut, look, read } = acts;
  return (
    <ServerDialogView
      server={server}
      isBusy={add.isPending || change.isPending}
      problem={add.error ?? change.error}
      trial={{ isBusy: tryOut.isPending, result: tryOut.data, problem: tryOut.error }}
      certificate={{
        isBusy: look.isPending || read.isPending,
        found: read.data ?? look.data,
        problem: look.error ?? read.error,
      }}
      onLook={(body, then) => {
        read.reset();
        look.mutate({ body }, { onSuccess: then });
      }}
      onFile={(pem, then) => {
        look.reset();
        read.mutate({ body: { pem } }, { onSuccess: then });
      }}
      onTry={(settings, password) =>
        tryOut.mutate({
          body: {
            ...settings,
            ...(password === undefined ? {} : { password }),
            ...(server ? { serverId: server.id } : {}),
          },
        })
      }
      onSave={(settings, password) => {
        tryOut.reset();
        if (server) {
          const body = { ...settings, ...(password === undefined ? {} : { password }) };
          change.mutate({ params: { serverId: server.id }, body }, { onSuccess: onSaved });
        } else add.mutate({ body: { ...settings, password: password ?? '' } }, { onSuccess: onSaved });
      }}
      onCancel={onCancel}
    />
  );
};

/** Forgets what the last dialog was told. */
export const forgetAnswers = ({ add, change, remove, tryOut, look, read }: ServerActs): void => {
  for (const { reset } of [add, change, remove, tryOut, look, read]) reset();
};
