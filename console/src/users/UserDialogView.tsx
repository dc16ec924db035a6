import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { NewPassword, type Role, type User, UserName } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, platformMessages, useText } from '../platform/index.ts';
import { userMessages } from './messages.ts';
import { RightsFieldsView, type TenantChoice } from './RightsFieldsView.tsx';

export interface TypedUser {
  name: string;
  role: Role;
  tenantIds: string[] | null;
  disabled: boolean;
  /** Empty: as it was. */
  password: string;
}

/** Adds a user, or changes one. */
export const UserDialogView = ({
  user,
  tenants,
  isBusy,
  problem,
  onSave,
  onCancel,
}: {
  user: User | null;
  tenants: TenantChoice[];
  isBusy: boolean;
  problem: unknown;
  onSave(user: TypedUser): void;
  onCancel(): void;
}) => {
  const text = useText(userMessages);
  const words = useText(platformMessages);
  const [typed, setTyped] = useState<TypedUser>({
    name: user?.name ?? '',
    role: user?.role ?? 'technician',
    tenantIds: user?.tenantIds ?? null,
    disabled: user?.disabled ?? false,
    password: '',
  });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TypedUser>) => setTyped((all) => ({ ...all, ...change }));
  const nameIssue = UserName.safeParse(typed.name).error?.issues[0]?.message;
  const passwordIssue =
    user && typed.password === '' ? undefined : NewPassword.safeParse(typed.password).error?.issues[0]?.message;
  return (
    <AskFirst
      title={user ? text('editUser', { name: user.name }) : text('addUser')}
      confirm={user ? words('save') : text('addUser')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={() => {
        setTried(true);
        if (!nameIssue && !passwordIssue) onSave({ ...typed, name: typed.name.trim() });
      }}
    >
      {!user && (
        <FormField label={text('name')} errorText={(tried && nameIssue) || issueOf(problem, 'name')}>
          <Input
            value={typed.name}
            autoComplete="off"
            spellcheck={false}
            onChange={({ detail }) => set({ name: detail.value })}
          />
        </FormField>
      )}
      <RightsFieldsView
        role={typed.role}
        tenantIds={typed.tenantIds}
        tenants={tenants}
        onRole={(role) => set({ role })}
        onTenants={(tenantIds) => set({ tenantIds })}
      />
      <FormField
        label={text(user ? 'newPassword' : 'password')}
        description={user ? text('passwordKeep') : undefined}
        constraintText={text('passwordHint')}
        errorText={(tried && passwordIssue) || issueOf(problem, 'password')}
      >
        <Input
          type="password"
          value={typed.password}
          autoComplete="new-password"
          onChange={({ detail }) => set({ password: detail.value })}
        />
      </FormField>
      {user && (
        <Checkbox
          checked={typed.disabled}
          description={text('isDisabledHint')}
          onChange={({ detail }) => set({ disabled: detail.checked })}
        >
          {text('isDisabled')}
        </Checkbox>
      )}
    </AskFirst>
  );
};
