import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SettingField } from '@gatehouse/contract';
import { issueOf, useText } from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import type { FieldIssue, Typed } from './settings-form.ts';

/** The form of a connector, drawn from its own list of settings. */
export const ConnectionFieldsView = ({
  fields,
  typed,
  secretsSet,
  issues,
  problem,
  isReadOnly = false,
  onType,
}: {
  fields: readonly SettingField[];
  typed: Typed;
  secretsSet: readonly string[];
  issues: Record<string, FieldIssue>;
  problem: unknown;
  isReadOnly?: boolean;
  onType(name: string, value: string): void;
}) => {
  const text = useText(integrationMessages);
  return (
    <SpaceBetween size="l">
      {fields.map(({ name, title, help, kind, required }) => {
        const issue = issues[name];
        const errorText = issue ? text(issue) : issueOf(problem, name);
        return kind === 'flag' ? (
          <FormField key={name} errorText={errorText}>
            <Checkbox
              checked={typed[name] === 'true'}
              // Its name also where the words beside it are scrolled out of sight in a long dialog.
              ariaLabel={title}
              description={help}
              disabled={isReadOnly}
              onChange={({ detail }) => onType(name, detail.checked ? 'true' : '')}
            >
              {title}
            </Checkbox>
          </FormField>
        ) : (
          <FormField
            key={name}
            label={
              required ? (
                title
              ) : (
                <>
                  {title} <i>- {text('optional')}</i>
                </>
              )
            }
            description={help}
            constraintText={kind === 'secret' && secretsSet.includes(name) ? text('secretKept') : undefined}
            errorText={errorText}
          >
            <Input
              value={typed[name] ?? ''}
              type={kind === 'secret' ? 'password' : 'text'}
              inputMode={kind === 'number' ? 'numeric' : kind === 'url' ? 'url' : 'text'}
              autoComplete={kind === 'secret' ? 'new-password' : 'off'}
              spellcheck={false}
              readOnly={isReadOnly}
              onChange={({ detail }) => onType(name, detail.value)}
            />
          </FormField>
        );
      })}
    </SpaceBetween>
  );
};
