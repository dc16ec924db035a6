import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { ReportSettings } from '@gatehouse/contract';
import { useState } from 'react';
import { issueOf, ProblemAlert, useMay, useText } from '../platform/index.ts';
import { reportMessages } from './messages.ts';

const USUAL = '';

const WrittenView = ({ title, written }: { title: string; written: Omit<ReportSettings['items'], 'supported'> }) => {
  const text = useText(reportMessages);
  return (
    <div>
      <h3>{title}</h3>
      <div>{text('counts', { done: written.done, waiting: written.waiting })}</div>
      {written.problems.map(({ problem, count }) => (
        <Alert key={problem} type="warning">
          {text('problems', { count, problem })}
        </Alert>
      ))}
    </div>
  );
};

/** Draws how one integration keeps reports and fields in its PSA, and lets that be changed. */
export const PsaReportsView = ({
  name,
  settings,
  isSaving,
  isRestoring,
  problem,
  onSave,
  onRestore,
}: {
  name: string;
  settings: ReportSettings;
  isSaving: boolean;
  isRestoring: boolean;
  problem: unknown;
  onSave(wish: { enabled: boolean; productId: string | null }): void;
  onRestore(): void;
}) => {
  const text = useText(reportMessages);
  const mayWrite = useMay()('integrations:write');
  const [enabled, setEnabled] = useState(settings.enabled);
  const [productId, setProductId] = useState(settings.productId);
  const options = [
    { value: USUAL, label: text('usualProduct') },
    ...settings.products.map((product) => ({
      value: product.id,
      label: product.active ? product.name : text('inactive', { name: product.name }),
      disabled: !product.active,
    })),
  ];
  const isChanged = enabled !== settings.enabled || productId !== settings.productId;
  const { supported, names, ...fields } = settings.accountFields;
  return (
    <Container header={<Header variant="h2">{name}</Header>}>
      <SpaceBetween size="l">
        <ProblemAlert problem={issueOf(problem, 'productId') ? null : problem} />
        {!settings.supported && <Alert type="info">{text('unsupported')}</Alert>}
        {settings.supported && (
          <SpaceBetween size="m">
            {settings.problem && <Alert type="warning">{settings.problem}</Alert>}
            <Toggle checked={enabled} disabled={!mayWrite} onChange={({ detail }) => setEnabled(detail.checked)}>
              {text('write')}
            </Toggle>
            <FormField
              label={text('product')}
              description={text('productHint')}
              errorText={issueOf(problem, 'productId')}
            >
              <Select
                options={options}
                disabled={!mayWrite || !enabled}
                selectedOption={
                  options.find(({ value }) => value === (productId ?? USUAL)) ?? {
                    value: productId ?? USUAL,
                    label: text('gone', { id: productId ?? '' }),
                  }
                }
                onChange={({ detail }) => setProductId(detail.selectedOption.value || null)}
                filteringType={options.length > 8 ? 'auto' : 'none'}
                expandToViewport
              />
            </FormField>
            {mayWrite && (
              <Button
                variant="primary"
                disabled={!isChanged}
                loading={isSaving}
                onClick={() => onSave({ enabled, productId })}
              >
                {text('save')}
              </Button>
            )}
          </SpaceBetween>
        )}
        <ColumnLayout columns={2}>
          {settings.supported && <WrittenView title={text('items')} written={settings.items} />}
          {supported && (
            <SpaceBetween size="s">
              <WrittenView title={text('accountFields')} written={fields} />
              <div className="gh-aside">{text('fieldNames', { names: names.join(', ') })}</div>
              {mayWrite && (
                <Button loading={isRestoring} onClick={onRestore}>
                  {text('restore')}
                </Button>
              )}
            </SpaceBetween>
          )}
        </ColumnLayout>
      </SpaceBetween>
    </Container>
  );
};
