import Alert from '@cloudscape-design/components/alert';
import type { NotificationTestResult } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { notificationMessages } from './messages.ts';

/** What the mail server said to the test. */
export const TestResultView = ({ result }: { result: NotificationTestResult }) => {
  const text = useText(notificationMessages);
  const header = text(result.ok ? 'testOk' : 'testFailed');
  return (
    <Alert type={result.ok ? 'success' : 'error'} header={header} statusIconAriaLabel={header}>
      <div className="gh-wrap">{result.text}</div>
      {result.accepted.length > 0 && <div>{text('accepted', { addresses: result.accepted.join(', ') })}</div>}
      {result.rejected.length > 0 && <div>{text('rejected', { addresses: result.rejected.join(', ') })}</div>}
    </Alert>
  );
};
