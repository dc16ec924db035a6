import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { platformMessages } from './messages.ts';
import { ProblemAlert } from './problem-alert.tsx';
import { useText } from './texts.ts';

/** A dialog that says what will happen before it does. Stays open when the act failed, and says why. */
export const AskFirst = ({
  title,
  confirm,
  children,
  isBusy = false,
  problem,
  disabled = false,
  onConfirm,
  onCancel,
}: {
  title: string;
  /** The word on the button, as `Delete tenant`. */
  confirm: string;
  children: ReactNode;
  isBusy?: boolean;
  problem?: unknown;
  disabled?: boolean;
  onConfirm(): void;
  onCancel(): void;
}) => {
  const text = useText(platformMessages);
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel={text('close')}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onCancel}>
              {text('cancel')}
            </Button>
            <Button variant="primary" loading={isBusy} disabled={disabled} onClick={onConfirm}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={problem} />
        {children}
      </SpaceBetween>
    </Modal>
  );
};
