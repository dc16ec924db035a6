import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FailedJob, getServerInfo, ReplyOf } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import {
  type Answer,
  CopyLine,
  ExactTime,
  ListTable,
  Loaded,
  Page,
  ProblemAlert,
  RelativeTime,
  useMay,
  useText,
  Waiting,
} from '../platform/index.ts';
import { serverMessages } from './messages.ts';

type Job = z.output<typeof FailedJob>;

export const ServerView = ({
  info,
  jobs,
  retryProblem,
  retryingId,
  visibility,
  tracing,
  onRetry,
}: {
  info: Answer<ReplyOf<typeof getServerInfo>>;
  jobs: Answer<{ items: Job[] }>;
  retryProblem: unknown;
  retryingId: string | undefined;
  visibility: ReactNode;
  tracing: ReactNode;
  onRetry(job: Job): void;
}) => {
  const text = useText(serverMessages);
  const may = useMay();
  return (
    <Page title={text('about')}>
      <Loaded
        of={info}
        waiting={
          <Container>
            <Waiting lines={6} />
          </Container>
        }
      >
        {({ version, startedAt, roles, database, eventEngine, openApi }) => (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{text('engines')}</Header>}>
              <KeyValuePairs
                columns={3}
                items={[
                  { label: text('version'), value: version },
                  { label: text('started'), value: <ExactTime at={startedAt} /> },
                  { label: text('roles'), value: roles.join(', ') },
                  { label: text('database'), value: database },
                  { label: text('eventEngine'), value: eventEngine },
                ]}
              />
            </Container>
            <Container
              header={
                <Header variant="h2" description={openApi ? text('openApiHint') : undefined}>
                  {text('openApi')}
                </Header>
              }
            >
              {openApi ? (
                <SpaceBetween size="m">
                  <CopyLine label={text('port')} value={String(openApi.port)} />
                  <CopyLine label={text('fingerprint')} value={openApi.certificateFingerprint} />
                  <CopyLine label={text('certificate')} value={openApi.certificatePem} />
                </SpaceBetween>
              ) : (
                <Box color="text-body-secondary">{text('openApiOff')}</Box>
              )}
            </Container>
          </SpaceBetween>
        )}
      </Loaded>
      {visibility}
      {tracing}
      <ProblemAlert problem={retryProblem} />
      <ListTable
        label={text('failedJobs')}
        description={text('failedJobsHint')}
        answer={jobs}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={{ title: text('emptyTitle'), hint: text('emptyHint') }}
        columns={[
          { id: 'name', header: text('job'), cell: ({ name }) => name, minWidth: 160 },
          {
            id: 'error',
            header: text('error'),
            minWidth: 260,
            cell: ({ error }) => (
              <span className="gh-wrap">
                {error.message} <code>{error.code}</code>
              </span>
            ),
          },
          { id: 'attempts', header: text('attempts'), cell: ({ attempts }) => attempts },
          {
            id: 'failed',
            header: text('failed'),
            cell: ({ failedAt }) => <RelativeTime at={failedAt} />,
            minWidth: 120,
          },
          {
            id: 'payload',
            header: text('payload'),
            cell: ({ payload }) => <code className="gh-wrap">{JSON.stringify(payload)}</code>,
            minWidth: 200,
          },
          ...(may('server:write')
            ? [
                {
                  id: 'retry',
                  header: text('retry'),
                  minWidth: 130,
                  cell: (job: Job) => (
                    <Button
                      loading={retryingId === job.id}
                      ariaLabel={text('retryOf', { name: job.name })}
                      onClick={() => onRetry(job)}
                    >
                      {text('retry')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Page>
  );
};
