import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Steps from '@cloudscape-design/components/steps';
import Toggle from '@cloudscape-design/components/toggle';
import type { Integration, ReplyOf, SettingField, testIntegration } from '@gatehouse/contract';
import { useState } from 'react';
import { CopyLine, issueOf, ProblemAlert, UnsavedGuard, useMay, useText } from '../platform/index.ts';
import { ConnectionFieldsView } from './ConnectionFieldsView.tsx';
import { integrationMessages } from './messages.ts';
import { issuesOf, settingsOf, typedOf } from './settings-form.ts';

type TestReply = ReplyOf<typeof testIntegration>;

export const ConnectionView = ({
  integration,
  fields,
  isSaving,
  saveProblem,
  test,
  onSave,
  onTest,
}: {
  integration: Integration;
  fields: SettingField[];
  isSaving: boolean;
  saveProblem: unknown;
  test: { isRunning: boolean; reply: TestReply | undefined; problem: unknown };
  onSave(change: { name: string; enabled: boolean; settings: Record<string, unknown> }): void;
  onTest(): void;
}) => {
  const text = useText(integrationMessages);
  const canWrite = useMay()('integrations:write');
  const saved = typedOf(fields, integration.settings);
  const [name, setName] = useState(integration.name);
  const [enabled, setEnabled] = useState(integration.enabled);
  const [typed, setTyped] = useState(saved);
  const issues = issuesOf(fields, typed, integration.secretsSet);
  const isUnsaved =
    name !== integration.name ||
    enabled !== integration.enabled ||
    fields.some((field) => typed[field.name] !== saved[field.name]);
  return (
    <SpaceBetween size="l">
      <UnsavedGuard isUnsaved={isUnsaved && !isSaving} />
      {/* Above the form: below it, the answer to the button would be out of sight. */}
      <ProblemAlert problem={test.problem} onRetry={onTest} />
      {test.reply && (
        <Container header={<Header variant="h2">{text('testTitle')}</Header>}>
          <SpaceBetween size="m">
            <Alert type={test.reply.ok ? 'success' : 'warning'}>
              {text(test.reply.ok ? 'testAllOk' : 'testSomeFail')}
            </Alert>
            <Steps
              steps={test.reply.steps.map(({ step, ok, message }) => ({
                header: step,
                details: message,
                status: ok ? ('success' as const) : ('error' as const),
              }))}
            />
          </SpaceBetween>
        </Container>
      )}
      <Container
        header={
          <Header
            variant="h2"
            actions={
              canWrite && (
                <SpaceBetween size="xs" direction="horizontal">
                  <Button loading={test.isRunning} disabled={isUnsaved} onClick={onTest}>
                    {text('test')}
                  </Button>
                  <Button
                    disabled={!isUnsaved}
                    onClick={() => {
                      setName(integration.name);
                      setEnabled(integration.enabled);
                      setTyped(saved);
                    }}
                  >
                    {text('cancelChanges')}
                  </Button>
                  <Button
                    variant="primary"
                    loading={isSaving}
                    disabled={!isUnsaved || name.trim() === '' || Object.keys(issues).length > 0}
                    onClick={() =>
                      onSave({ name: name.trim(), enabled, settings: settingsOf(fields, typed, integration.settings) })
                    }
                  >
                    {text('save')}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {text('tabConnection')}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <ProblemAlert problem={saveProblem} />
          <FormField description={text('enabledHint')}>
            <Toggle checked={enabled} disabled={!canWrite} onChange={({ detail }) => setEnabled(detail.checked)}>
              {text('enabled')}
            </Toggle>
          </FormField>
          <FormField
            label={text('name')}
            errorText={name.trim() === '' ? text('nameMissing') : issueOf(saveProblem, 'name')}
          >
            <Input value={name} readOnly={!canWrite} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          <ConnectionFieldsView
            fields={fields}
            typed={typed}
            secretsSet={integration.secretsSet}
            issues={issues}
            problem={saveProblem}
            isReadOnly={!canWrite}
            onType={(field, value) => setTyped((all) => ({ ...all, [field]: value }))}
          />
          <CopyLine label={text('identifier')} value={integration.id} />
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
};
