import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { BillingOverview } from '@gatehouse/contract';
import { useIntl } from 'react-intl';
import { ProblemAlert, RelativeTime, StateMark, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';

const isDue = (at: string): boolean => new Date(at).getTime() <= Date.now();

/** What waits, what comes next, what holds billing up. */
export const OverviewView = ({
  overview,
  problem,
  onProblems,
}: {
  overview: BillingOverview;
  problem: unknown;
  /** Goes to the accounts that are held up. */
  onProblems(): void;
}) => {
  const text = useText(billingMessages);
  const intl = useIntl();
  const { waiting, unknown, failed, accounts, integrations, problems } = overview;
  const next = integrations
    .flatMap(({ nextRunAt }) => (nextRunAt ? [nextRunAt] : []))
    .sort()
    .at(0);
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            {
              label: text('waiting'),
              value: <StateMark tone={waiting > 0 ? 'warning' : 'ok'}>{intl.formatNumber(waiting)}</StateMark>,
            },
            {
              label: text('billedAccounts'),
              value: text('ofAll', { billed: accounts.billed, all: accounts.all }),
            },
            {
              label: text('nextRun'),
              // Billing that was switched on after today's time runs at the next look, not in the past.
              value: !next ? text('notPlanned') : isDue(next) ? text('due') : <RelativeTime at={next} />,
            },
            {
              label: text('failedLines'),
              value: (
                <StateMark tone={failed > 0 ? 'critical' : unknown > 0 ? 'failure' : 'ok'}>
                  {unknown > 0 ? text('failedAndUnknown', { failed, unknown }) : intl.formatNumber(failed)}
                </StateMark>
              ),
            },
          ]}
        />
      </Container>
      {problems.length > 0 && (
        <Alert type="warning" action={<Button onClick={onProblems}>{text('showHeld')}</Button>}>
          <div>
            <strong>{problems[0]?.what}</strong>: {problems[0]?.message}
          </div>
          {problems.length > 1 && <div>{text('problemsMore', { count: problems.length - 1 })}</div>}
        </Alert>
      )}
    </SpaceBetween>
  );
};
