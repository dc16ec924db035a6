import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/** A text to take along, with a button that copies it. */
export const CopyLine = ({ label, value }: { label: string; value: string }) => {
  const text = useText(platformMessages);
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <div className="gh-copy-line">
        <code>{value}</code>
        <CopyToClipboard
          variant="icon"
          copyButtonAriaLabel={`${text('copy')}: ${label}`}
          textToCopy={value}
          copySuccessText={text('copied')}
          copyErrorText={text('copyFailed')}
        />
      </div>
    </div>
  );
};

/** Secrets that the server shows once. Closes only by saying that they were copied. */
export const OneTimeSecret = ({
  title,
  lines,
  hint,
  onDone,
}: {
  title: string;
  lines: { label: string; value: string }[];
  hint: string;
  onDone(): void;
}) => {
  const text = useText(platformMessages);
  return (
    <Modal
      visible
      size="large"
      header={title}
      closeAriaLabel={text('close')}
      onDismiss={({ detail }) => detail.reason === 'closeButton' && onDone()}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onDone}>
            {text('secretDone')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning" header={text('secretTitle')}>
          {hint}
        </Alert>
        {lines.map((line) => (
          <CopyLine key={line.label} {...line} />
        ))}
      </SpaceBetween>
    </Modal>
  );
};
