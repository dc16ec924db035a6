import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { getIntegrationHealth, HealthSettings, Integration, listPsaAccounts, ReplyOf } from '@gatehouse/contract';
import { useState } from 'react';
import { type Answer, issueOf, ProblemAlert, UnsavedGuard, useMay, useText } from '../platform/index.ts';
import { healthMessages } from './health-messages.ts';
import { healthSettingsOf } from './health-words.ts';

type Known = ReplyOf<typeof getIntegrationHealth>['settings'];

export const HealthSettingsView = ({
  settings,
  integrations,
  accounts,
  isSaving,
  problem,
  onIntegration,
  onSearch,
  onSave,
}: {
  settings: Known;
  integrations: Integration[];
  /** Of the integration that is chosen, by what was searched for. */
  accounts: Answer<ReplyOf<typeof listPsaAccounts>>;
  isSaving: boolean;
  problem: unknown;
  onIntegration(id: string): void;
  onSearch(text: string): void;
  onSave(settings: HealthSettings): void;
}) => {
  const text = useText(healthMessages);
  const mayWrite = useMay()('integrations:write');
  const first = integrations[0]?.id ?? '';
  const saved = {
    minutes: String(settings.alarmAfterMinutes),
    withTicket: settings.ticket !== null,
    integrationId: settings.ticket?.integrationId ?? first,
    accountId: settings.ticket?.accountId ?? '',
  };
  const [typed, setTyped] = useState(saved);
  const [accountName, setAccountName] = useState(settings.accountName ?? '');
  const [tried, setTried] = useState(false);
  const set = (change: Partial<typeof typed>) => setTyped((all) => ({ ...all, ...change }));
  const { issues, settings: wish } = healthSettingsOf(typed);
  const isUnsaved = JSON.stringify(typed) !== JSON.stringify(saved);
  const chosen = integrations.find(({ id }) => id === typed.integrationId);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            mayWrite && (
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  disabled={!isUnsaved}
                  onClick={() => {
                    setTyped(saved);
                    setAccountName(settings.accountName ?? '');
                    setTried(false);
                  }}
                >
                  {text('cancelChanges')}
                </Button>
                <Button
                  variant="primary"
                  disabled={!isUnsaved}
                  loading={isSaving}
                  onClick={() => {
                    setTried(true);
                    if (wish) onSave(wish);
                  }}
                >
                  {text('save')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {text('settings')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <UnsavedGuard isUnsaved={isUnsaved && !isSaving} />
        <ProblemAlert problem={problem} />
        <FormField
          label={text('after')}
          description={text('afterHint')}
          errorText={issues.minutes ? text('afterIssue') : issueOf(problem, 'alarmAfterMinutes')}
        >
          <Input
            value={typed.minutes}
            inputMode="numeric"
            readOnly={!mayWrite}
            onChange={({ detail }) => set({ minutes: detail.value })}
          />
        </FormField>
        <Checkbox
          checked={typed.withTicket}
          disabled={!mayWrite || integrations.length === 0}
          description={integrations.length === 0 ? text('noIntegration') : text('withTicketHint')}
          onChange={({ detail }) => {
            set({ withTicket: detail.checked });
            if (detail.checked) onIntegration(typed.integrationId);
          }}
        >
          {text('withTicket')}
        </Checkbox>
        {typed.withTicket && integrations.length > 1 && (
          <FormField label={text('throughIntegration')}>
            <Select
              options={integrations.map(({ id, name }) => ({ value: id, label: name }))}
              selectedOption={chosen ? { value: chosen.id, label: chosen.name } : null}
              disabled={!mayWrite}
              onChange={({ detail }) => {
                const id = detail.selectedOption.value ?? '';
                set({ integrationId: id, accountId: '' });
                setAccountName('');
                onIntegration(id);
              }}
            />
          </FormField>
        )}
        {typed.withTicket && (
          <FormField
            label={text('account')}
            description={text('accountHint')}
            errorText={tried && issues.accountId ? text('chooseAccount') : issueOf(problem, 'accountId')}
          >
            <Select
              options={(accounts.data?.items ?? []).map(({ id, name }) => ({
                value: id,
                label: name,
                description: id,
              }))}
              selectedOption={
                typed.accountId === '' ? null : { value: typed.accountId, label: accountName || typed.accountId }
              }
              placeholder={text('chooseAccount')}
              filteringType="manual"
              filteringPlaceholder={text('accountSearch')}
              filteringAriaLabel={text('accountSearch')}
              statusType={accounts.error ? 'error' : accounts.isFetching ? 'loading' : 'finished'}
              errorText={text('accountsFailed')}
              empty={text('noAccounts')}
              disabled={!mayWrite}
              expandToViewport
              onLoadItems={({ detail }) => {
                onIntegration(typed.integrationId);
                onSearch(detail.filteringText);
              }}
              onChange={({ detail }) => {
                set({ accountId: detail.selectedOption.value ?? '' });
                setAccountName(detail.selectedOption.label ?? '');
              }}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
};
