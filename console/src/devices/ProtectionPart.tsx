import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Device } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';
import { type QuarantineAct, QuarantineView } from './QuarantineView.tsx';
import { ThreatsView } from './ThreatsView.tsx';
import type { useDevice } from './useDevices.ts';

/** Threats that are active, and the quarantine with the way back out of it. */
export const ProtectionPart = ({
  device,
  command,
  onGiven,
}: {
  device: Device;
  command: ReturnType<typeof useDevice>['command'];
  /** The agent has a new command. */
  onGiven(what: string): void;
}) => {
  const text = useText(deviceMessages);
  const [marked, setMarked] = useState<string[]>([]);
  const [act, setAct] = useState<QuarantineAct | null>(null);
  const held = device.facts.quarantine ?? [];
  const chosen = held.filter(({ id }) => marked.includes(id));
  const words = { restore: text('restore'), delete: text('deleteForGood') };
  const carryOut = (which: QuarantineAct) =>
    command.mutate(
      {
        params: { deviceId: device.id },
        body: {
          kind: which === 'restore' ? 'restore-from-quarantine' : 'delete-from-quarantine',
          quarantine: { objectIds: chosen.map(({ id }) => id) },
        },
      },
      {
        onSuccess: () => {
          setAct(null);
          setMarked([]);
          onGiven(words[which]);
        },
      },
    );
  return (
    <SpaceBetween size="l">
      <ThreatsView device={device} />
      <QuarantineView facts={device.facts} marked={marked} onMark={setMarked} onAct={setAct} />
      {act !== null && (
        <AskFirst
          title={text(act === 'restore' ? 'restoreTitle' : 'deleteForGoodTitle', { count: chosen.length })}
          confirm={words[act]}
          isBusy={command.isPending}
          problem={command.error}
          onCancel={() => setAct(null)}
          onConfirm={() => carryOut(act)}
        >
          <p>{text(act === 'restore' ? 'restoreAsk' : 'deleteForGoodAsk', { name: device.name })}</p>
          <ul>
            {chosen.map(({ id, path }) => (
              <li key={id} className="gh-wrap">
                {path}
              </li>
            ))}
          </ul>
        </AskFirst>
      )}
    </SpaceBetween>
  );
};
