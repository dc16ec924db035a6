import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { NewPassword, UserName } from '@gatehouse/contract';
import { useState } from 'react';
import { AppLink, issueOf, ProblemAlert, paths, useText } from '../platform/index.ts';
import { EntranceView } from './EntranceView.tsx';
import { sessionMessages } from './messages.ts';

export const SetUpView = ({
  token,
  isDone,
  isBusy,
  problem,
  onSetUp,
}: {
  token: string | undefined;
  isDone: boolean;
  isBusy: boolean;
  problem: unknown;
  onSetUp(given: { token: string; name: string; password: string }): void;
}) => {
  const text = useText(sessionMessages);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const nameIssue = UserName.safeParse(name).error?.issues[0]?.message ?? issueOf(problem, 'name');
  const passwordIssue = NewPassword.safeParse(password).error?.issues[0]?.message ?? issueOf(problem, 'password');
  const againIssue = again === password ? undefined : text('passwordDiffers');
  if (isDone || token === undefined) {
    return (
      <EntranceView title={text('setUp')} hint={text('setUpHint')}>
        <SpaceBetween size="m">
          <Alert type={isDone ? 'info' : 'warning'} header={text(isDone ? 'setUpDoneTitle' : 'setUpNoTokenTitle')}>
            {text(isDone ? 'setUpDone' : 'setUpNoToken')}
          </Alert>
          <AppLink to={paths.signIn}>{text('signIn')}</AppLink>
        </SpaceBetween>
      </EntranceView>
    );
  }
  return (
    <EntranceView title={text('setUp')} hint={text('setUpHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (UserName.safeParse(name).success && NewPassword.safeParse(password).success && again === password) {
            onSetUp({ token, name: name.trim(), password });
          }
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={isBusy}>
              {text('setUpDo')}
            </Button>
          }
        >
          <SpaceBetween size="l">
            <ProblemAlert problem={problem} />
            <FormField
              label={text('name')}
              constraintText={text('nameHint')}
              errorText={(tried || name.length > 2) && nameIssue}
            >
              <Input
                value={name}
                onChange={({ detail }) => setName(detail.value)}
                autoComplete="username"
                autoFocus
                spellcheck={false}
              />
            </FormField>
            <FormField
              label={text('password')}
              constraintText={text('passwordHint')}
              errorText={tried && passwordIssue}
            >
              <Input
                type="password"
                value={password}
                onChange={({ detail }) => setPassword(detail.value)}
                autoComplete="new-password"
              />
            </FormField>
            <FormField
              label={text('passwordAgain')}
              errorText={(tried || again.length >= password.length) && againIssue}
            >
              <Input
                type="password"
                value={again}
                onChange={({ detail }) => setAgain(detail.value)}
                autoComplete="new-password"
              />
            </FormField>
          </SpaceBetween>
        </Form>
      </form>
    </EntranceView>
  );
};
