import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { NetworkVisibility } from '@gatehouse/contract';
import { useState } from 'react';
import { issueOf, ProblemAlert, useText } from '../platform/index.ts';
import { serverMessages } from './messages.ts';

const isMinutes = (typed: string): boolean => /^\d{1,5}$/.test(typed) && Number(typed) >= 5 && Number(typed) <= 43_200;

/** The time after which a device that says nothing is not visible. */
export const NetworkVisibilityView = ({
  setting,
  mayChange,
  isBusy,
  problem,
  onSave,
  onHistory,
}: {
  setting: NetworkVisibility;
  mayChange: boolean;
  isBusy: boolean;
  problem: unknown;
  /** Null: as the server was started with. */
  onSave(minutes: number | null): void;
  onHistory(): void;
}) => {
  const text = useText(serverMessages);
  const saved = setting.isOwn ? String(setting.minutes) : '';
  const [typed, setTyped] = useState(saved);
  const value = typed.trim();
  const isRight = value === '' || isMinutes(value);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={text('visibilityHint')}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              <Button onClick={onHistory}>{text('visibilityHistory')}</Button>
              {mayChange && (
                <Button
                  variant="primary"
                  loading={isBusy}
                  disabled={!isRight || value === saved}
                  onClick={() => onSave(value === '' ? null : Number(value))}
                >
                  {text('save')}
                </Button>
              )}
            </SpaceBetween>
          }
        >
          {text('visibility')}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <ProblemAlert problem={problem} />
        <FormField
          label={text('visibleMinutes')}
          constraintText={text('visibleStandard', { minutes: setting.standardMinutes })}
          errorText={isRight ? issueOf(problem, 'minutes') : text('visibleWrong')}
        >
          <Input
            value={typed}
            inputMode="numeric"
            disabled={!mayChange}
            placeholder={String(setting.standardMinutes)}
            onChange={({ detail }) => setTyped(detail.value)}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
};
