import { listTenants } from '@gatehouse/contract';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useAsk, useLive } from '../api/index.ts';
import { IntegrationNotices } from '../integration/index.ts';
import {
  Loaded,
  paths,
  Rights,
  ShortcutProvider,
  useDisplay,
  useGo,
  useSay,
  useShortcuts,
  useTenantScope,
  useText,
  Waiting,
  withQuery,
} from '../platform/index.ts';
import { ChangePasswordView, sessionMessages, useChangePassword, useSession, useSignIn } from '../session/index.ts';
import { appMessages } from './messages.ts';
import { ShellView } from './ShellView.tsx';
import { ShortcutsView } from './ShortcutsView.tsx';
import { sections } from './sections.ts';
import { TopBarView } from './TopBarView.tsx';

/** Everything around a page; only for who is signed in. */
export const ShellScreen = () => {
  const session = useSession();
  const router = useRouter();
  const me = session.data;
  useEffect(() => {
    if (me !== null) return;
    const { pathname, searchStr } = router.state.location;
    if (pathname === paths.signIn) return;
    router.history.replace(withQuery(paths.signIn, { next: pathname === '/' ? undefined : `${pathname}${searchStr}` }));
  }, [me, router]);
  return (
    <Loaded of={session} waiting={<Entering />}>
      {(known) =>
        known === null ? (
          <Entering />
        ) : (
          <Rights value={known.permissions}>
            <ShortcutProvider>
              <SignedIn me={known} />
            </ShortcutProvider>
          </Rights>
        )
      }
    </Loaded>
  );
};

const Entering = () => (
  <main className="gh-entrance">
    <Waiting lines={6} />
  </main>
);

const SignedIn = ({ me }: { me: NonNullable<ReturnType<typeof useSession>['data']> }) => {
  const { display, setDisplay } = useDisplay();
  const { pathname } = useLocation();
  const router = useRouter();
  const go = useGo();
  const say = useSay();
  const text = useText(appMessages);
  const sessionText = useText(sessionMessages);
  const tenantId = useTenantScope();
  const tenants = useAsk(listTenants, {}, { topics: ['tenants'], enabled: me.permissions.includes('tenants:read') });
  const live = useLive(true);
  const { signOut } = useSignIn();
  const changePassword = useChangePassword();
  const [dialog, setDialog] = useState<'shortcuts' | 'password' | null>(null);

  // A new page begins at its top, also for who reads by keyboard or ear. Before it is painted: later the focus would be
  // taken from who has gone to the filter already.
  const lastPath = useRef(pathname);
  useLayoutEffect(() => {
    if (lastPath.current === pathname) return;
    lastPath.current = pathname;
    document.getElementById('content')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);

  const pages = sections.flatMap(({ pages }) => [...pages]).filter(({ needs }) => me.permissions.includes(needs));
  useShortcuts([
    ...pages.map(({ key, title, path }) => ({
      keys: `g ${key}`,
      label: text('shortcutGo', { page: text(title) }),
      run: () => go(withQuery(path, { tenant: tenantId })),
    })),
    { keys: '?', label: text('shortcutHelp'), run: () => setDialog('shortcuts') },
  ]);
  const chooseTenant = (tenant: string | undefined) =>
    void router.navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, tenant, after: undefined, selected: undefined }),
    } as never);
  return (
    <>
      <TopBarView
        me={me}
        tenants={tenants.data?.items}
        tenantsFailed={Boolean(tenants.error)}
        tenantId={tenantId}
        display={display}
        onTenant={chooseTenant}
        onDisplay={setDisplay}
        onShortcuts={() => setDialog('shortcuts')}
        onChangePassword={() => setDialog('password')}
        onSignOut={() => signOut.mutate()}
      />
      <ShellView path={pathname} isLiveBroken={live === 'broken'}>
        <IntegrationNotices />
        <Outlet />
      </ShellView>
      {dialog === 'shortcuts' && <ShortcutsView onClose={() => setDialog(null)} />}
      {dialog === 'password' && (
        <ChangePasswordView
          isBusy={changePassword.isPending}
          problem={changePassword.error}
          onCancel={() => setDialog(null)}
          onChange={(body) =>
            changePassword.mutate(
              { body },
              {
                onSuccess: () => {
                  setDialog(null);
                  say({ type: 'success', content: sessionText('passwordChanged') });
                },
              },
            )
          }
        />
      )}
    </>
  );
};
