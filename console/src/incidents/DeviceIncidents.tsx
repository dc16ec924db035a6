import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useMay, useSay, useText } from '../platform/index.ts';
import { AddIncidentView } from './AddIncidentView.tsx';
import { IncidentsPart } from './IncidentsPart.tsx';
import { incidentMessages } from './messages.ts';
import { useIncidentActs } from './useIncidents.ts';

/** The incidents of one device, for its page. */
export const DeviceIncidents = ({ deviceId, deviceName }: { deviceId: string; deviceName: string }) => {
  const text = useText(incidentMessages);
  const say = useSay();
  const mayWrite = useMay()('incidents:write');
  const { add } = useIncidentActs();
  const [isAdding, setAdding] = useState(false);
  const close = () => {
    setAdding(false);
    add.reset();
  };
  return (
    <>
      <IncidentsPart
        deviceId={deviceId}
        action={mayWrite && <Button onClick={() => setAdding(true)}>{text('add')}</Button>}
      />
      {isAdding && (
        <AddIncidentView
          deviceName={deviceName}
          isBusy={add.isPending}
          problem={add.error}
          onCancel={close}
          onAdd={(body) =>
            add.mutate(
              { params: { deviceId }, body },
              {
                onSuccess: () => {
                  close();
                  say({ type: 'success', content: text('saved') });
                },
              },
            )
          }
        />
      )}
    </>
  );
};
