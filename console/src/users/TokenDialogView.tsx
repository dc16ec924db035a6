import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { Role } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, useText } from '../platform/index.ts';
import { userMessages } from './messages.ts';
import { RightsFieldsView, type TenantChoice } from './RightsFieldsView.tsx';

const MOST_DAYS = 3650;
const isDays = (typed: string): boolean => typed === '' || (/^[1-9]\d*$/.test(typed) && Number(typed) <= MOST_DAYS);

export const TokenDialogView = ({
  tenants,
  isBusy,
  problem,
  onAdd,
  onCancel,
}: {
  tenants: TenantChoice[];
  isBusy: boolean;
  problem: unknown;
  onAdd(token: { name: string; role: Role; tenantIds: string[] | null; expiresInDays: number | null }): void;
  onCancel(): void;
}) => {
  const text = useText(userMessages);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('read-only');
  const [tenantIds, setTenantIds] = useState<string[] | null>(null);
  const [days, setDays] = useState('365');
  const [tried, setTried] = useState(false);
  return (
    <AskFirst
      title={text('addToken')}
      confirm={text('addToken')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (name.trim() !== '' && isDays(days)) {
          onAdd({ name: name.trim(), role, tenantIds, expiresInDays: days === '' ? null : Number(days) });
        }
      }}
    >
      <FormField
        label={text('name')}
        description={text('tokenNameHint')}
        errorText={(tried && name.trim() === '' && text('nameMissing')) || issueOf(problem, 'name')}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <RightsFieldsView role={role} tenantIds={tenantIds} tenants={tenants} onRole={setRole} onTenants={setTenantIds} />
      <FormField
        label={text('expiresInDays')}
        description={text('expiresHint')}
        errorText={!isDays(days) && text('daysIssue')}
      >
        <Input value={days} inputMode="numeric" onChange={({ detail }) => setDays(detail.value.trim())} />
      </FormField>
    </AskFirst>
  );
};
