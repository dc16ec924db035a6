import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { NewPassword } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { sessionMessages } from './messages.ts';

export const ChangePasswordView = ({
  isBusy,
  problem,
  onChange,
  onCancel,
}: {
  isBusy: boolean;
  problem: unknown;
  onChange(given: { oldPassword: string; newPassword: string }): void;
  onCancel(): void;
}) => {
  const text = useText(sessionMessages);
  const [oldPassword, setOld] = useState('');
  const [newPassword, setNew] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const newIssue = NewPassword.safeParse(newPassword).error?.issues[0]?.message ?? issueOf(problem, 'newPassword');
  const againIssue = again === newPassword ? undefined : text('passwordDiffers');
  return (
    <AskFirst
      title={text('changePassword')}
      confirm={text('changePassword')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (oldPassword !== '' && NewPassword.safeParse(newPassword).success && !againIssue) {
          onChange({ oldPassword, newPassword });
        }
      }}
    >
      <p>{text('changePasswordHint')}</p>
      <FormField label={text('oldPassword')} errorText={tried && oldPassword === '' && text('passwordMissing')}>
        <Input
          type="password"
          value={oldPassword}
          autoComplete="current-password"
          onChange={({ detail }) => setOld(detail.value)}
        />
      </FormField>
      <FormField label={text('newPassword')} constraintText={text('passwordHint')} errorText={tried && newIssue}>
        <Input
          type="password"
          value={newPassword}
          autoComplete="new-password"
          onChange={({ detail }) => setNew(detail.value)}
        />
      </FormField>
      <FormField label={text('passwordAgain')} errorText={tried && againIssue}>
        <Input
          type="password"
          value={again}
          autoComplete="new-password"
          onChange={({ detail }) => setAgain(detail.value)}
        />
      </FormField>
    </AskFirst>
  );
};
