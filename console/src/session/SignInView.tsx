import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ProblemAlert, useText } from '../platform/index.ts';
import { EntranceView } from './EntranceView.tsx';
import { sessionMessages } from './messages.ts';

export const SignInView = ({
  needsSetUp,
  isBusy,
  problem,
  onSignIn,
}: {
  needsSetUp: boolean;
  isBusy: boolean;
  problem: unknown;
  onSignIn(given: { name: string; password: string }): void;
}) => {
  const text = useText(sessionMessages);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  return (
    <EntranceView title={text('signIn')} hint={text('signInHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (name.trim() !== '' && password !== '') onSignIn({ name: name.trim(), password });
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={isBusy}>
              {text('signIn')}
            </Button>
          }
        >
          <SpaceBetween size="l">
            {needsSetUp && (
              <Alert type="info" header={text('setUpNeededTitle')}>
                {text('setUpNeeded')}
              </Alert>
            )}
            <ProblemAlert problem={problem} />
            <FormField label={text('name')} errorText={tried && name.trim() === '' && text('nameMissing')}>
              <Input
                value={name}
                onChange={({ detail }) => setName(detail.value)}
                autoComplete="username"
                autoFocus
                spellcheck={false}
                disableBrowserAutocorrect
              />
            </FormField>
            <FormField label={text('password')} errorText={tried && password === '' && text('passwordMissing')}>
              <Input
                type="password"
                value={password}
                onChange={({ detail }) => setPassword(detail.value)}
                autoComplete="current-password"
              />
            </FormField>
          </SpaceBetween>
        </Form>
      </form>
    </EntranceView>
  );
};
