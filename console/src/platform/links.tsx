import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { withQuery } from './paths.ts';

/** A Cloudscape event of something with an address. */
interface FollowEvent {
  preventDefault(): void;
  detail: { href?: string; external?: boolean };
}

/** The tenant chosen in the top bar; it goes along from page to page. */
export const useTenantScope = (): string | undefined => {
  const { tenant } = useSearch({ strict: false }) as { tenant?: unknown };
  return typeof tenant === 'string' && /^[0-9a-f-]{36}$/i.test(tenant) ? tenant : undefined;
};

/** Completes the address of a page with what goes along. */
export const useAddress = () => {
  const tenant = useTenantScope();
  return (path: string): string => (/[?&]tenant=/.test(path) ? path : withQuery(path, { tenant }));
};

/** Goes to a page of the console without loading it anew. */
export const useGo = () => {
  const router = useRouter();
  return (address: string): void => router.history.push(address);
};

/** For `onFollow` of anything with an address: stays inside the console. */
export const useFollow = () => {
  const go = useGo();
  return (event: FollowEvent): void => {
    const { href, external } = event.detail;
    if (!href || external || !href.startsWith('/')) return;
    event.preventDefault();
    go(href);
  };
};

/** A link to a page of the console. */
export const AppLink = ({
  to,
  children,
  ...look
}: { to: string; children: ReactNode } & Pick<LinkProps, 'variant' | 'fontSize' | 'ariaLabel'>) => {
  const address = useAddress();
  const follow = useFollow();
  return (
    <Link {...look} href={address(to)} onFollow={follow}>
      {children}
    </Link>
  );
};
