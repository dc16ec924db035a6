import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Page, ProblemAlert, useText } from '../platform/index.ts';
import type { PartProps } from './fields.tsx';
import { MorePart } from './MorePart.tsx';
import { taskMessages } from './messages.ts';
import { SchedulePart } from './SchedulePart.tsx';
import { TargetPart } from './TargetPart.tsx';
import { WorkPart } from './WorkPart.tsx';

/** The settings of a task, in the order in which people think of them. */
export const TaskFormView = ({
  title,
  isSaved,
  isBusy,
  problem,
  onFindDevices,
  onSave,
  onCancel,
  ...part
}: PartProps & {
  title: string;
  isSaved: boolean;
  isBusy: boolean;
  problem: unknown;
  onFindDevices(text: string): void;
  onSave(start: boolean): void;
  onCancel(): void;
}) => {
  const text = useText(taskMessages);
  const { typed, issueOf, onChange } = part;
  const buttons = (
    <SpaceBetween size="xs" direction="horizontal">
      <Button variant="link" onClick={onCancel}>
        {text('cancelRun')}
      </Button>
      {!isSaved && (
        <Button loading={isBusy} onClick={() => onSave(true)}>
          {text('saveAndStart')}
        </Button>
      )}
      <Button variant="primary" loading={isBusy} onClick={() => onSave(false)}>
        {text('save')}
      </Button>
    </SpaceBetween>
  );
  const box = (heading: string, content: React.ReactNode) => (
    <Container header={<Header variant="h2">{heading}</Header>}>{content}</Container>
  );
  return (
    <Page title={title} isThing actions={buttons}>
      <ProblemAlert problem={problem} />
      {box(
        text('work'),
        <SpaceBetween size="m">
          <FormField label={text('name')} errorText={issueOf('name')}>
            <Input value={typed.name} onChange={({ detail }) => onChange({ name: detail.value })} />
          </FormField>
          <WorkPart {...part} />
        </SpaceBetween>,
      )}
      {box(text('target'), <TargetPart {...part} isSaved={isSaved} onFindDevices={onFindDevices} />)}
      {box(text('schedule'), <SchedulePart {...part} />)}
      {box(text('more'), <MorePart {...part} />)}
    </Page>
  );
};
