import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { BillingSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { issueOf, ProblemAlert, UnsavedGuard, useText } from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import { isSameTyped, type TypedSettings, toSettings, typedOf } from './settings-form.ts';

const issueWords = {
  dailyAt: 'timeIssue',
  largestChangePercent: 'percentIssue',
  alwaysAllowedDevices: 'devicesIssue',
} as const;

export const SettingsView = ({
  name,
  saved,
  defaults,
  canWrite,
  isSaving,
  problem,
  onSave,
}: {
  name: string;
  saved: BillingSettings;
  defaults: BillingSettings;
  canWrite: boolean;
  isSaving: boolean;
  problem: unknown;
  onSave(settings: BillingSettings): void;
}) => {
  const text = useText(billingMessages);
  const [typed, setTyped] = useState<TypedSettings>(() => typedOf(saved));
  const set = (change: Partial<TypedSettings>) => setTyped((all) => ({ ...all, ...change }));
  // The contract's own rules, so that the form and the server say the same.
  const checked = BillingSettings.safeParse(toSettings(typed));
  const issue = (field: keyof typeof issueWords): string | undefined =>
    checked.error?.issues.some(({ path }) => path[0] === field) ? text(issueWords[field]) : issueOf(problem, field);
  const isChanged = !isSameTyped(typed, typedOf(saved));
  const disabled = !canWrite;
  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <UnsavedGuard isUnsaved={isChanged && !isSaving} />
      <Container
        header={
          <Header
            variant="h2"
            description={text('settingsHint')}
            actions={
              canWrite && (
                <SpaceBetween size="xs" direction="horizontal">
                  <Button variant="link" onClick={() => setTyped(typedOf(defaults))}>
                    {text('reset')}
                  </Button>
                  <Button disabled={!isChanged} onClick={() => setTyped(typedOf(saved))}>
                    {text('cancelChanges')}
                  </Button>
                  <Button
                    variant="primary"
                    disabled={!isChanged || !checked.success}
                    loading={isSaving}
                    onClick={() => checked.success && onSave(checked.data)}
                  >
                    {text('save')}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {text('settings', { name })}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <Toggle checked={typed.daily} disabled={disabled} onChange={({ detail }) => set({ daily: detail.checked })}>
            {text('dailySwitch')}
          </Toggle>
          <FormField label={text('dailyAt')} description={text('dailyAtHint')} errorText={issue('dailyAt')}>
            <Input
              value={typed.dailyAt}
              disabled={disabled || !typed.daily}
              onChange={({ detail }) => set({ dailyAt: detail.value })}
            />
          </FormField>
          <FormField label={text('approval')}>
            <RadioGroup
              value={typed.approval}
              items={[
                { value: 'automatic', label: text('approvalAutomatic'), disabled },
                { value: 'always', label: text('approvalAlways'), disabled },
              ]}
              onChange={({ detail }) => set({ approval: detail.value as TypedSettings['approval'] })}
            />
          </FormField>
          {typed.approval === 'automatic' && (
            <SpaceBetween size="m">
              <Checkbox
                checked={typed.approveFirst}
                disabled={disabled}
                onChange={({ detail }) => set({ approveFirst: detail.checked })}
              >
                {text('approveFirst')}
              </Checkbox>
              <div className="gh-grid">
                <FormField
                  label={text('largest')}
                  description={text('largestHint')}
                  errorText={issue('largestChangePercent')}
                >
                  <Input
                    value={typed.largestChangePercent}
                    inputMode="numeric"
                    disabled={disabled}
                    onChange={({ detail }) => set({ largestChangePercent: detail.value })}
                  />
                </FormField>
                <FormField
                  label={text('always')}
                  description={text('alwaysHint')}
                  errorText={issue('alwaysAllowedDevices')}
                >
                  <Input
                    value={typed.alwaysAllowedDevices}
                    inputMode="numeric"
                    disabled={disabled}
                    onChange={({ detail }) => set({ alwaysAllowedDevices: detail.value })}
                  />
                </FormField>
              </div>
            </SpaceBetween>
          )}
          <Checkbox
            checked={typed.keepAtLeastOne}
            disabled={disabled}
            onChange={({ detail }) => set({ keepAtLeastOne: detail.checked })}
          >
            {text('keepOne')}
          </Checkbox>
          <FormField label={text('effectiveDay')}>
            <RadioGroup
              value={typed.effectiveDay}
              items={[
                { value: 'today', label: text('effectiveToday'), disabled },
                { value: 'month', label: text('effectiveMonth'), disabled },
              ]}
              onChange={({ detail }) => set({ effectiveDay: detail.value as TypedSettings['effectiveDay'] })}
            />
          </FormField>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
};
