import Modal from '@cloudscape-design/components/modal';
import { useState } from 'react';
import { platformMessages, useShortcutList, useText } from '../platform/index.ts';
import { appMessages } from './messages.ts';

export const ShortcutsView = ({ onClose }: { onClose(): void }) => {
  const text = useText(appMessages);
  const words = useText(platformMessages);
  const list = useShortcutList();
  const [shortcuts] = useState(list);
  return (
    <Modal visible header={text('shortcuts')} closeAriaLabel={words('close')} onDismiss={onClose}>
      <dl className="gh-shortcuts">
        {shortcuts.map(({ keys, label }) => (
          <div key={`${keys} ${label}`}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
};
