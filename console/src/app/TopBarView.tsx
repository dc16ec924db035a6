import Select from '@cloudscape-design/components/select';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import type { Me } from '@gatehouse/contract';
import { type Display, paths, useAddress, useGo, useText } from '../platform/index.ts';
import { appMessages } from './messages.ts';

const roleWords = {
  administrator: 'roleAdministrator',
  technician: 'roleTechnician',
  billing: 'roleBilling',
  'read-only': 'roleReadOnly',
} as const satisfies Record<Me['role'], unknown>;

const keyboardIcon = (
  <svg viewBox="0 0 16 16" focusable="false" aria-hidden="true">
    <rect x="1" y="4" width="14" height="9" rx="1" />
    <path d="M4 7h1M7.5 7h1M11 7h1M4.5 10h7" />
  </svg>
);

export const TopBarView = ({
  me,
  tenants,
  tenantsFailed,
  tenantId,
  display,
  onTenant,
  onDisplay,
  onShortcuts,
  onChangePassword,
  onSignOut,
}: {
  me: Me;
  tenants: { id: string; name: string }[] | undefined;
  tenantsFailed: boolean;
  tenantId: string | undefined;
  display: Display;
  onTenant(id: string | undefined): void;
  onDisplay(display: Display): void;
  onShortcuts(): void;
  onChangePassword(): void;
  onSignOut(): void;
}) => {
  const text = useText(appMessages);
  const go = useGo();
  const address = useAddress();
  const all = { value: '', label: text('allClients') };
  const options = [all, ...(tenants ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  const current = options.find(({ value }) => value === (tenantId ?? '')) ?? { value: tenantId ?? '', label: tenantId };
  const choice = (id: string, word: string, isChosen: boolean) => ({
    id,
    itemType: 'checkbox' as const,
    checked: isChosen,
    text: word,
  });
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{
          href: address(paths.overview),
          title: text('product'),
          onFollow: (event) => {
            event.preventDefault();
            go(address(paths.overview));
          },
        }}
        search={
          <Select
            selectedOption={current}
            options={options}
            filteringType={options.length > 8 ? 'auto' : 'none'}
            onChange={({ detail }) => onTenant(detail.selectedOption.value || undefined)}
            ariaLabel={text('tenantSwitch', { name: current.label ?? '' })}
            statusType={tenantsFailed ? 'error' : tenants ? 'finished' : 'loading'}
            errorText={text('tenantsFailed')}
            noMatch={text('tenantNone')}
            expandToViewport
          />
        }
        i18nStrings={{
          searchIconAriaLabel: text('tenantSwitch', { name: current.label ?? '' }),
          searchDismissIconAriaLabel: text('back'),
          overflowMenuTriggerText: text('more'),
          overflowMenuTitleText: text('menu'),
          overflowMenuBackIconAriaLabel: text('back'),
          overflowMenuDismissIconAriaLabel: text('back'),
        }}
        utilities={[
          {
            type: 'button',
            iconSvg: keyboardIcon,
            ariaLabel: text('shortcuts'),
            title: text('shortcuts'),
            onClick: onShortcuts,
          },
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: text('display'),
            title: text('display'),
            items: [
              choice('theme system', text('themeSystem'), display.theme === 'system'),
              choice('theme light', text('themeLight'), display.theme === 'light'),
              choice('theme dark', text('themeDark'), display.theme === 'dark'),
              choice('density comfortable', text('densityComfortable'), display.density === 'comfortable'),
              choice('density compact', text('densityCompact'), display.density === 'compact'),
            ],
            onItemClick: ({ detail }) => {
              const [what, value] = detail.id.split(' ');
              onDisplay({ ...display, [what === 'theme' ? 'theme' : 'density']: value });
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: me.name,
            ariaLabel: text('account', { name: me.name }),
            description: text('role', { role: text(roleWords[me.role]) }),
            items: [
              { id: 'password', text: text('changePassword') },
              { id: 'sign-out', text: text('signOut') },
            ],
            onItemClick: ({ detail }) => (detail.id === 'password' ? onChangePassword() : onSignOut()),
          },
        ]}
      />
      <button type="button" className="gh-skip" onClick={() => document.getElementById('content')?.focus()}>
        {text('toMain')}
      </button>
    </div>
  );
};
