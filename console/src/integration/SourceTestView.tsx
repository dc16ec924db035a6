import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Steps from '@cloudscape-design/components/steps';
import type { ReplyOf, SourceTestStep, testSource } from '@gatehouse/contract';
import { CopyLine, ExactTime, useText } from '../platform/index.ts';
import { sourceMessages } from './source-messages.ts';

const stepWords = {
  address: 'stepAddress',
  certificate: 'stepCertificate',
  login: 'stepLogin',
  rights: 'stepRights',
  'virtual-servers': 'stepVirtualServers',
} as const satisfies Record<SourceTestStep['step'], string>;

/** What a test found, step by step, and the certificate that the server showed. */
export const SourceTestView = ({
  result,
  onTrust,
}: {
  result: ReplyOf<typeof testSource>;
  /** Offered when it is the certificate that is in the way. */
  onTrust(fingerprint: string): void;
}) => {
  const text = useText(sourceMessages);
  const { certificate } = result;
  const isUntrusted = result.steps.some(({ step, ok }) => step === 'certificate' && !ok);
  return (
    <Alert
      type={result.ok ? 'success' : 'warning'}
      header={text(result.ok ? 'testOk' : 'testFailed')}
      statusIconAriaLabel={text(result.ok ? 'testOk' : 'testFailed')}
    >
      <SpaceBetween size="s">
        <Steps
          steps={result.steps.map(({ step, ok, message }) => ({
            header: text(stepWords[step]),
            details: <span className="gh-wrap">{message}</span>,
            status: ok ? ('success' as const) : ('error' as const),
            statusIconAriaLabel: text(ok ? 'testOk' : 'testFailed'),
          }))}
        />
        {certificate && (
          <div>
            <CopyLine label={`${text('shown')} (SHA-256)`} value={certificate.fingerprint} />
            <div className="gh-wrap">
              {text('shownSubject')}: {certificate.subject}. {text('shownUntil')}:{' '}
              <ExactTime at={certificate.validUntil} />
            </div>
            {isUntrusted && (
              <SpaceBetween size="xxs">
                <span>{text('trustItHint')}</span>
                <Button onClick={() => onTrust(certificate.fingerprint)}>{text('trustIt')}</Button>
              </SpaceBetween>
            )}
          </div>
        )}
      </SpaceBetween>
    </Alert>
  );
};
