import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Adjustment, AdjustmentEvidence } from '@gatehouse/contract';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { AppLink, EmptyState, ExactTime, ProblemAlert, paths, useDisplay, useText } from '../platform/index.ts';
import { AdjustmentMark, ChangeCell, PartsCell, useDayWords } from './looks.tsx';
import { billingMessages } from './messages.ts';

/** More rows than that make the page slow; the search finds the others. */
const MOST_ROWS = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const EvidenceView = ({
  line,
  evidence,
  reopen,
}: {
  line: Adjustment;
  evidence: AdjustmentEvidence;
  reopen: { isBusy: boolean; problem: unknown; onClick(): void } | null;
}) => {
  const text = useText(billingMessages);
  const intl = useIntl();
  const { display } = useDisplay();
  const dayWords = useDayWords();
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const found = evidence.devices.filter(
    ({ deviceName, serialNumber }) =>
      deviceName.toLowerCase().includes(wanted) || serialNumber.toLowerCase().includes(wanted),
  );
  const at = intl.formatDate(evidence.readAt, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <SpaceBetween size="m">
      <SpaceBetween size="s" direction="horizontal" alignItems="center">
        <AdjustmentMark state={line.state} />
        <ChangeCell line={line} most={Math.max(line.had, line.wanted)} />
        {reopen && (
          <Button loading={reopen.isBusy} onClick={reopen.onClick}>
            {text('takeBack')}
          </Button>
        )}
      </SpaceBetween>
      {reopen && <ProblemAlert problem={reopen.problem} />}
      <KeyValuePairs
        columns={4}
        items={[
          { label: text('tenant'), value: line.tenantName },
          { label: text('contract'), value: line.contractName },
          { label: text('effective'), value: dayWords(line.effectiveOn) },
          { label: text('application'), value: <PartsCell parts={line.parts} /> },
          { label: text('why'), value: <span className="gh-wrap">{line.why}</span> },
          ...(line.asks ? [{ label: text('asks'), value: <span className="gh-wrap">{line.asks}</span> }] : []),
          ...(line.problem ? [{ label: text('problem'), value: <span className="gh-wrap">{line.problem}</span> }] : []),
        ]}
      />
      <Table
        variant="embedded"
        items={found.slice(0, MOST_ROWS)}
        trackBy={({ deviceId, application }) => `${deviceId} ${application}`}
        contentDensity={display.density}
        ariaLabels={{ tableLabel: text('evidence') }}
        header={
          <Header variant="h3" counter={`(${evidence.devices.length})`} description={text('evidenceHint', { at })}>
            {text('evidence')}
          </Header>
        }
        filter={
          evidence.devices.length > 10 && (
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={text('searchDevices')}
              filteringAriaLabel={text('searchDevices')}
              onChange={({ detail }) => setTyped(detail.filteringText)}
            />
          )
        }
        footer={found.length > MOST_ROWS && text('more', { count: found.length - MOST_ROWS })}
        empty={<EmptyState title={text('evidenceEmpty')} hint={text('evidenceEmptyHint')} />}
        columnDefinitions={[
          {
            id: 'device',
            header: text('device'),
            isRowHeader: true,
            minWidth: 140,
            cell: ({ deviceId, deviceName }) =>
              UUID.test(deviceId) ? (
                <AppLink to={paths.device(deviceId)}>
                  <span className="gh-cell">{deviceName}</span>
                </AppLink>
              ) : (
                deviceName
              ),
          },
          {
            id: 'category',
            header: text('category'),
            minWidth: 140,
            cell: ({ category }) => text(category ?? 'unknownKind'),
          },
          {
            id: 'application',
            header: text('application'),
            minWidth: 160,
            cell: ({ application }) => <span className="gh-cell">{application}</span>,
          },
          {
            id: 'serial',
            header: text('serial'),
            minWidth: 160,
            cell: ({ serialNumber }) => <code>{serialNumber}</code>,
          },
        ]}
      />
      <div>
        <Header variant="h3">{text('steps')}</Header>
        <ol className="gh-steps">
          {evidence.steps.map((step) => (
            <li key={`${step.at} ${step.state} ${step.explanation}`}>
              <AdjustmentMark state={step.state} />
              <Box color="text-body-secondary" fontSize="body-s">
                <ExactTime at={step.at} /> {step.by && text('by', { who: step.by })}
              </Box>
              <div className="gh-wrap">{step.explanation}</div>
            </li>
          ))}
        </ol>
      </div>
    </SpaceBetween>
  );
};
