import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { movingModes, osFamilies, type previewMovingRule, type ReplyOf } from '@gatehouse/contract';
import { Page, ProblemAlert, platformMessages, useText } from '../platform/index.ts';
import { ChoicesField, LinesField } from '../selections/index.ts';
import type { Draft, Wrong } from './drafts.ts';
import { movingRuleMessages } from './messages.ts';
import { PlanView } from './PlanView.tsx';
import { modeWords, osWords, reachWords } from './words.ts';

export const RuleFormView = ({
  title,
  draft,
  wrongs,
  groups,
  isBusy,
  isLooking,
  problem,
  plan,
  onChange,
  onPreview,
  onSave,
  onCancel,
}: {
  title: string;
  draft: Draft;
  /** Shown once somebody tried to save or look. */
  wrongs: readonly Wrong[];
  groups: { value: string; label: string }[];
  isBusy: boolean;
  isLooking: boolean;
  problem: unknown;
  plan: ReplyOf<typeof previewMovingRule> | undefined;
  onChange(part: Partial<Draft>): void;
  onPreview(): void;
  onSave(): void;
  onCancel(): void;
}) => {
  const text = useText(movingRuleMessages);
  const words = useText(platformMessages);
  const wrongOf = (field: Wrong['field']) => wrongs.find((wrong) => wrong.field === field);
  const address = wrongOf('addresses');
  const tagError = (field: 'tags' | 'addTags') => {
    const wrong = wrongOf(field);
    return wrong && text('tagWrong', { tag: wrong.text ?? '' });
  };
  const none = { value: '', label: text('stays') };
  return (
    <Page
      title={title}
      isThing
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="link" onClick={onCancel}>
            {words('cancel')}
          </Button>
          <Button loading={isLooking} onClick={onPreview}>
            {text('preview')}
          </Button>
          <Button variant="primary" loading={isBusy} onClick={onSave}>
            {text('save')}
          </Button>
        </SpaceBetween>
      }
    >
      <ProblemAlert problem={problem} />
      {plan && <PlanView plan={plan} />}
      <Container header={<Header variant="h2">{text('general')}</Header>}>
        <SpaceBetween size="m">
          <FormField label={text('name')} errorText={wrongOf('name') && text('nameMissing')}>
            <Input value={draft.name} onChange={({ detail }) => onChange({ name: detail.value })} />
          </FormField>
          <Checkbox checked={draft.enabled} onChange={({ detail }) => onChange({ enabled: detail.checked })}>
            {text('enabled')}
          </Checkbox>
          <FormField label={text('mode')} description={text('modeHint')} stretch>
            <RadioGroup
              value={draft.mode}
              ariaLabel={text('mode')}
              onChange={({ detail }) => {
                const mode = movingModes.find((each) => each === detail.value);
                if (mode) onChange({ mode });
              }}
              items={movingModes.map((value) => ({
                value,
                label: text(modeWords[value][0]),
                description: text(modeWords[value][1]),
              }))}
            />
          </FormField>
          <FormField label={text('reach')} description={text('reachHint')} stretch>
            <RadioGroup
              value={draft.reach}
              ariaLabel={text('reach')}
              onChange={({ detail }) => onChange({ reach: detail.value === 'all' ? 'all' : 'unassigned' })}
              items={(['unassigned', 'all'] as const).map((value) => ({ value, label: text(reachWords[value]) }))}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header variant="h2" description={text('conditionsHint')}>
            {text('conditionsTitle')}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <LinesField
            label={text('names')}
            hint={text('masksHint')}
            value={draft.names}
            disabled={false}
            onChange={(names) => onChange({ names })}
          />
          <LinesField
            label={text('addresses')}
            hint={text('addressesHint')}
            value={draft.addresses}
            error={address && text('addressWrong', { line: address.line ?? 0, text: address.text ?? '' })}
            disabled={false}
            onChange={(addresses) => onChange({ addresses })}
          />
          <ChoicesField
            label={text('osFamilies')}
            options={osFamilies.map((value) => ({ value, label: text(osWords[value]) }))}
            chosen={draft.osFamilies}
            disabled={false}
            onChange={(values) => onChange({ osFamilies: osFamilies.filter((family) => values.includes(family)) })}
          />
          <LinesField
            label={text('osNames')}
            hint={text('masksHint')}
            value={draft.osNames}
            disabled={false}
            onChange={(osNames) => onChange({ osNames })}
          />
          <FormField label={text('role')}>
            <SegmentedControl
              label={text('role')}
              selectedId={draft.isServer === null ? 'any' : String(draft.isServer)}
              onChange={({ detail }) =>
                onChange({ isServer: detail.selectedId === 'any' ? null : detail.selectedId === 'true' })
              }
              options={[
                { id: 'any', text: text('any') },
                { id: 'true', text: text('roleServer') },
                { id: 'false', text: text('roleWorkstation') },
              ]}
            />
          </FormField>
          <FormField label={text('withTags')} constraintText={text('tagsHint')} errorText={tagError('tags')}>
            <Input value={draft.tags} onChange={({ detail }) => onChange({ tags: detail.value })} />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{text('action')}</Header>}>
        <SpaceBetween size="m">
          <FormField label={text('moveTo')} errorText={wrongOf('group') && text('groupMissing')}>
            <Select
              options={[none, ...groups]}
              selectedOption={groups.find(({ value }) => value === String(draft.groupId)) ?? none}
              onChange={({ detail }) =>
                onChange({ groupId: detail.selectedOption.value ? Number(detail.selectedOption.value) : null })
              }
              filteringType={groups.length > 8 ? 'auto' : 'none'}
              virtualScroll={groups.length > 100}
              expandToViewport
            />
          </FormField>
          <FormField label={text('addTags')} constraintText={text('tagsHint')} errorText={tagError('addTags')}>
            <Input value={draft.addTags} onChange={({ detail }) => onChange({ addTags: detail.value })} />
          </FormField>
        </SpaceBetween>
      </Container>
    </Page>
  );
};
