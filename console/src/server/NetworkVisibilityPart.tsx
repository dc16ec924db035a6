import { Loaded, useAddress, useGo, useMay, useSay, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { serverMessages } from './messages.ts';
import { NetworkVisibilityView } from './NetworkVisibilityView.tsx';
import { useNetworkVisibility } from './useServer.ts';

export const NetworkVisibilityPart = () => {
  const text = useText(serverMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const may = useMay()('server:write');
  const { visibility, put } = useNetworkVisibility();
  return (
    <Loaded of={visibility}>
      {(setting) => (
        <NetworkVisibilityView
          key={`${setting.minutes} ${setting.isOwn}`}
          setting={setting}
          mayChange={may}
          isBusy={put.isPending}
          problem={put.error}
          onSave={(minutes) =>
            put.mutate(
              { body: { minutes } },
              { onSuccess: () => say({ type: 'success', content: text('visibilitySaved') }) },
            )
          }
          onHistory={() => go(address(historyPath({ kind: 'network-visibility', id: 'server' })))}
        />
      )}
    </Loaded>
  );
};
