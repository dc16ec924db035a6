import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ENDPOINT_AGENT, type Policy, type PolicyState } from '@gatehouse/contract';
import { ExactTime, useText } from '../platform/index.ts';
import { policyMessages } from './messages.ts';
import type { PolicyDraft } from './PolicyView.tsx';
import { ProgressView } from './ProgressView.tsx';

export const GeneralTabView = ({
  policy,
  draft,
  wrong,
  disabled,
  onChange,
}: {
  policy: Policy;
  draft: PolicyDraft;
  wrong: { name: boolean; afterSyncs: boolean };
  disabled: boolean;
  onChange(change: Partial<PolicyDraft>): void;
}) => {
  const text = useText(policyMessages);
  return (
    <Container>
      <SpaceBetween size="l">
        {policy.application !== ENDPOINT_AGENT && (
          <Alert type="info" header={text('foreignTitle')}>
            {text('foreignHint')}
          </Alert>
        )}
        <KeyValuePairs
          columns={4}
          items={[
            { label: text('group'), value: policy.groupName },
            { label: text('application'), value: policy.application },
            { label: text('applied'), value: <ProgressView policy={policy} /> },
            {
              label: text('changed'),
              value: (
                <>
                  <ExactTime at={policy.changedAt} />, {policy.changedBy}
                </>
              ),
            },
          ]}
        />
        <FormField label={text('name')} errorText={wrong.name && text('nameWrong')}>
          <Input value={draft.name} disabled={disabled} onChange={({ detail }) => onChange({ name: detail.value })} />
        </FormField>
        <FormField label={text('state')}>
          <RadioGroup
            value={draft.state}
            onChange={({ detail }) => onChange({ state: detail.value as PolicyState })}
            items={[
              { value: 'active', label: text('active'), description: text('activeHint'), disabled },
              { value: 'inactive', label: text('inactive'), description: text('inactiveHint'), disabled },
              { value: 'out-of-office', label: text('out-of-office'), description: text('outOfOfficeHint'), disabled },
            ]}
          />
        </FormField>
        {draft.state === 'out-of-office' && (
          <FormField
            label={text('afterSyncs')}
            description={text('afterSyncsHint')}
            errorText={wrong.afterSyncs && text('afterSyncsWrong')}
          >
            <div className="gh-number">
              <Input
                value={draft.afterSyncs}
                inputMode="numeric"
                disabled={disabled}
                onChange={({ detail }) => onChange({ afterSyncs: detail.value })}
              />
            </div>
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
};
