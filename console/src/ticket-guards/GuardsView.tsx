import Alert from '@cloudscape-design/components/alert';
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { GuardName, HeldBack } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { ChartOrTable, ProblemAlert, useMay, useText } from '../platform/index.ts';
import { isFaulty, type NumberField, ranges, type TypedGuards } from './guard-form.ts';
import { guardMessages } from './messages.ts';

const HeldView = ({ held }: { held: HeldBack | undefined }) => {
  const text = useText(guardMessages);
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {held && held.lastWeek > 0 ? text('heldBack', { day: held.lastDay, week: held.lastWeek }) : text('heldNothing')}
    </Box>
  );
};

/** The noise guards of an integration. Props in, events out. */
export const GuardsView = ({
  typed,
  held,
  isChanged,
  isSaving,
  isOvertaken,
  problem,
  onChange,
  onRecommended,
  onAllOff,
  onSave,
  onCancel,
  onLoad,
}: {
  typed: TypedGuards;
  held: HeldBack[];
  isChanged: boolean;
  isSaving: boolean;
  /** Somebody else saved meanwhile. */
  isOvertaken: boolean;
  problem: unknown;
  onChange(change: Partial<TypedGuards>): void;
  onRecommended(): void;
  onAllOff(): void;
  onSave(): void;
  onCancel(): void;
  onLoad(): void;
}) => {
  const text = useText(guardMessages);
  const mayWrite = useMay()('integrations:write');
  const heldOf = (guard: GuardName) => held.find((each) => each.guard === guard);

  const number = (field: NumberField, label: string) => (
    <FormField label={label} errorText={isFaulty(typed, field) && text('numberIssue', ranges[field])}>
      <Input
        value={typed[field]}
        inputMode="numeric"
        disabled={!mayWrite}
        onChange={({ detail }) => onChange({ [field]: detail.value })}
      />
    </FormField>
  );
  const section = (guard: GuardName, hint: string, content: ReactNode) => (
    <Container
      header={
        <Header variant="h3" description={hint}>
          {text(guard)}
        </Header>
      }
      footer={<HeldView held={heldOf(guard)} />}
    >
      {content}
    </Container>
  );
  const toggle = (field: 'delayOn' | 'flapOn' | 'stormOn', label: string) => (
    <Toggle
      checked={typed[field]}
      disabled={!mayWrite}
      onChange={({ detail }) => onChange({ [field]: detail.checked })}
    >
      {label}
    </Toggle>
  );
  const choose = (
    value: string,
    label: string,
    items: { value: string; label: string }[],
    set: (to: string) => void,
  ) => (
    <RadioGroup
      ariaLabel={label}
      value={value}
      items={items.map((item) => ({ ...item, disabled: !mayWrite }))}
      onChange={({ detail }) => set(detail.value)}
    />
  );
  const bars = held.filter(({ guard }) => guard !== 'maintenance' || heldOf(guard)?.lastWeek);
  const hasFigures = held.some(({ lastWeek }) => lastWeek > 0);

  return (
    <SpaceBetween size="l">
      <Header
        variant="h2"
        description={text('guardsHint')}
        actions={
          mayWrite && (
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onAllOff}>
                {text('allOff')}
              </Button>
              <Button variant="link" onClick={onRecommended}>
                {text('useRecommended')}
              </Button>
              <Button disabled={!isChanged} onClick={onCancel}>
                {text('cancel')}
              </Button>
              <Button variant="primary" disabled={!isChanged} loading={isSaving} onClick={onSave}>
                {text('save')}
              </Button>
            </SpaceBetween>
          )
        }
      >
        {text('guards')}
      </Header>
      {isOvertaken ? (
        <Alert type="warning" action={<Button onClick={onLoad}>{text('load')}</Button>}>
          {text('overtaken')}
        </Alert>
      ) : (
        <ProblemAlert problem={problem} />
      )}
      <ColumnLayout columns={2}>
        {section(
          'delay',
          text('delayHint'),
          <SpaceBetween size="s">
            {toggle('delayOn', text('delayOn'))}
            {typed.delayOn && number('delayMinutes', text('minutes'))}
          </SpaceBetween>,
        )}
        {section(
          'flap',
          text('flapHint'),
          <SpaceBetween size="s">
            {toggle('flapOn', text('flapOn'))}
            {typed.flapOn && number('flapMinutes', text('flapMinutes'))}
          </SpaceBetween>,
        )}
        {section(
          'storm',
          text('stormHint'),
          <SpaceBetween size="s">
            {toggle('stormOn', text('stormOn'))}
            {typed.stormOn && (
              <ColumnLayout columns={2}>
                {number('stormDevices', text('stormDevices'))}
                {number('stormMinutes', text('stormMinutes'))}
              </ColumnLayout>
            )}
          </SpaceBetween>,
        )}
        {section(
          'muting',
          text('mutingHint'),
          <SpaceBetween size="s">
            {choose(
              typed.reopens ? 'reopen' : 'quiet',
              text('muting'),
              [
                { value: 'quiet', label: text('mutingQuiet') },
                { value: 'reopen', label: text('mutingReopen') },
              ],
              (to) => onChange({ reopens: to === 'reopen' }),
            )}
            {typed.reopens && number('reopenHours', text('mutingHours'))}
          </SpaceBetween>,
        )}
        {section(
          'worked-on',
          text('workedHint'),
          choose(
            typed.workedOn,
            text('worked-on'),
            [
              { value: 'close', label: text('workedClose') },
              { value: 'note', label: text('workedNote') },
            ],
            (to) => onChange({ workedOn: to as TypedGuards['workedOn'] }),
          ),
        )}
      </ColumnLayout>
      <ChartOrTable
        title={text('figure')}
        description={text('figureHint')}
        chart={
          hasFigures ? (
            <BarChart
              horizontalBars
              hideFilter
              hideLegend
              height={Math.max(120, bars.length * 34)}
              ariaLabel={text('figure')}
              xScaleType="categorical"
              series={[
                {
                  type: 'bar',
                  title: text('lastWeek'),
                  data: bars.map(({ guard, lastWeek }) => ({ x: text(guard), y: lastWeek })),
                },
              ]}
            />
          ) : (
            <Box color="text-body-secondary">{text('figureEmpty')}</Box>
          )
        }
        table={{
          columns: [text('guard'), text('lastDay'), text('lastWeek')],
          rows: held.map(({ guard, lastDay, lastWeek }) => [text(guard), lastDay, lastWeek]),
        }}
      />
    </SpaceBetween>
  );
};
