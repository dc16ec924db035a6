import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { Tracing } from '@gatehouse/contract';
import { ExactTime, ProblemAlert, RelativeTime, useText } from '../platform/index.ts';
import { serverMessages } from './messages.ts';

const MEGABYTE = 1024 * 1024;
const inMegabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(bytes < MEGABYTE ? 2 : 1);
const DAY_MS = 86_400_000;

/** What the Integration Service says and hears, in files: a switch, what it means, and the files that there are. */
export const TracingView = ({
  tracing,
  mayChange,
  isBusy,
  problem,
  onSwitch,
  onDelete,
}: {
  tracing: Tracing;
  mayChange: boolean;
  isBusy: boolean;
  problem: unknown;
  onSwitch(on: boolean): void;
  onDelete(): void;
}) => {
  const text = useText(serverMessages);
  const { on, by, since, isConfigured, files } = tracing;
  const isLong = on && !isConfigured && since !== null && Date.now() - Date.parse(since) > DAY_MS;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={text('tracingHint')}
          actions={
            mayChange &&
            files.length > 0 && (
              <Button disabled={isBusy} onClick={onDelete}>
                {text('tracingDelete')}
              </Button>
            )
          }
        >
          {text('tracing')}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <ProblemAlert problem={problem} />
        {isLong && <Alert type="warning">{text('tracingLong')}</Alert>}
        <Toggle
          checked={on}
          disabled={!mayChange || isBusy || isConfigured}
          description={isConfigured ? text('tracingConfigured') : text('tracingPersonal')}
          onChange={({ detail }) => onSwitch(detail.checked)}
        >
          {text('tracingOn')}
        </Toggle>
        {on && since !== null && !isConfigured && (
          <Box color="text-body-secondary">
            {text('tracingBy', { name: by ?? '' })} <RelativeTime at={since} />
          </Box>
        )}
        {files.map(({ name, bytes, changedAt }) => (
          <SpaceBetween key={name} size="s" direction="horizontal">
            {mayChange ? (
              <Link href={`/api/tracing/files/${encodeURIComponent(name)}`} external={false}>
                {name}
              </Link>
            ) : (
              <span>{name}</span>
            )}
            <Box color="text-body-secondary">
              {text('tracingSize', { megabytes: inMegabytes(bytes) })} · <ExactTime at={changedAt} />
            </Box>
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
};
