import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { SiemTestResult } from '@gatehouse/contract';
import { CopyLine, useText } from '../platform/index.ts';
import { siemMessages } from './messages.ts';

/** What the test button found out, step by step. */
export const TestResultView = ({ result }: { result: SiemTestResult }) => {
  const text = useText(siemMessages);
  return (
    <Alert
      type={result.ok ? 'success' : 'error'}
      header={text(result.ok ? 'testOk' : 'testFailed')}
      statusIconAriaLabel={text(result.ok ? 'testOk' : 'testFailed')}
    >
      <ol>
        {result.steps.map(({ text: step }) => (
          <li key={step} className="gh-wrap">
            {step}
          </li>
        ))}
      </ol>
      <ExpandableSection headerText={text('testMessage')}>
        <CopyLine label={text('testMessage')} value={result.message} />
      </ExpandableSection>
    </Alert>
  );
};
