import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type Role, roleNames, roles, type SelectionAccess } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { ChoicesField } from './ChoicesField.tsx';
import { selectionMessages } from './messages.ts';

/** Who besides the owner may use a selection, of events or of devices, and who may change it. */
export const AccessTabView = ({
  access,
  disabled,
  isPredefined,
  users,
  onChange,
}: {
  access: SelectionAccess;
  disabled: boolean;
  isPredefined: boolean;
  /** Null: the caller may not see who there is. */
  users: readonly { id: string; name: string }[] | null;
  onChange(access: SelectionAccess): void;
}) => {
  const text = useText(selectionMessages);
  const sharing = (which: 'read' | 'change', label: string) => (
    <div>
      <Box variant="h3">{label}</Box>
      <SpaceBetween size="s">
        <ChoicesField
          label={text('roles')}
          options={roleNames.map((value) => ({ value, label: roles[value].title }))}
          chosen={access[which].roles}
          disabled={disabled}
          onChange={(values) => onChange({ ...access, [which]: { ...access[which], roles: values as Role[] } })}
        />
        {users === null ? (
          access[which].userIds.length > 0 && <div>{text('usersHidden', { count: access[which].userIds.length })}</div>
        ) : (
          <ChoicesField
            label={text('users')}
            options={users.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={access[which].userIds}
            disabled={disabled}
            onChange={(userIds) => onChange({ ...access, [which]: { ...access[which], userIds } })}
          />
        )}
      </SpaceBetween>
    </div>
  );
  return (
    <SpaceBetween size="l">
      <Alert type="info">{text(isPredefined ? 'accessPredefined' : 'accessHint')}</Alert>
      {sharing('read', text('mayRead'))}
      {sharing('change', text('mayChange'))}
    </SpaceBetween>
  );
};
