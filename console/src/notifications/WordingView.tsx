import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { NOTIFICATION_PLACEHOLDERS } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { notificationMessages } from './messages.ts';
import { previewOf, sampleValues } from './placeholders.ts';

interface Wording {
  subject: string;
  message: string;
}

/** Subject and message with placeholders, and how they look with a sample event. */
export const WordingView = ({
  label,
  wording,
  defaults,
  phoneNumbers = [],
  disabled,
  issueOfField,
  onChange,
}: {
  /** Names the preview for those who do not see where it stands. */
  label: string;
  wording: Wording;
  defaults: Wording;
  phoneNumbers?: readonly string[];
  disabled: boolean;
  issueOfField(field: keyof Wording): string | undefined;
  onChange(wording: Partial<Wording>): void;
}) => {
  const text = useText(notificationMessages);
  const isDefault = wording.subject === defaults.subject && wording.message === defaults.message;
  const subject = previewOf(wording.subject, phoneNumbers);
  const message = previewOf(wording.message, phoneNumbers);
  return (
    <SpaceBetween size="m">
      <div className="gh-grid">
        <SpaceBetween size="m">
          <FormField label={text('subject')} errorText={issueOfField('subject')}>
            <Input
              value={wording.subject}
              disabled={disabled}
              onChange={({ detail }) => onChange({ subject: detail.value })}
            />
          </FormField>
          <FormField label={text('message')} errorText={issueOfField('message')}>
            <Textarea
              value={wording.message}
              rows={Math.min(14, Math.max(3, wording.message.split('\n').length + 1))}
              disabled={disabled}
              onChange={({ detail }) => onChange({ message: detail.value })}
            />
          </FormField>
          {!disabled && !isDefault && (
            <Button
              variant="inline-link"
              onClick={() => onChange({ subject: defaults.subject, message: defaults.message })}
            >
              {text('defaultWording')}
            </Button>
          )}
        </SpaceBetween>
        <section aria-label={`${label}: ${text('preview')}`}>
          <Box variant="awsui-key-label">{text('preview')}</Box>
          <SpaceBetween size="xs">
            <div className="gh-code">
              <strong>{subject === '' ? text('noSubject') : subject}</strong>
              {`\n\n${message}`}
            </div>
            <Box variant="small" color="text-body-secondary">
              {text('previewLength', { count: message.length })}
            </Box>
          </SpaceBetween>
        </section>
      </div>
      <ExpandableSection headerText={text('placeholders')}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="gh-numbers" aria-label={`${label}: ${text('placeholders')}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text('placeholder')}</th>
                <th scope="col">{text('meaning')}</th>
                <th scope="col">{text('example')}</th>
              </tr>
            </thead>
            <tbody>
              {NOTIFICATION_PLACEHOLDERS.map((name) => (
                <tr key={name}>
                  <th scope="row">%{name}%</th>
                  <td>{text(`ph_${name}`)}</td>
                  <td>{sampleValues[name]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Box variant="small">{text('percent')}</Box>
      </ExpandableSection>
    </SpaceBetween>
  );
};
