import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect } from 'react';
import { useAddress, useFollow } from './links.tsx';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/** Names the page in the browser's tab and history. */
export const usePageTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} - Gatehouse`;
  }, [title]);
};

/** Heading, way back and actions of a page. */
export const Page = ({
  title,
  description,
  crumbs = [],
  status,
  actions,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** The pages above this one. */
  crumbs?: { text: string; href: string }[];
  status?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) => {
  const text = useText(platformMessages);
  const address = useAddress();
  const follow = useFollow();
  usePageTitle(title);
  return (
    <ContentLayout
      breadcrumbs={
        crumbs.length > 0 ? (
          <BreadcrumbGroup
            ariaLabel={text('crumbs')}
            expandAriaLabel={text('crumbsExpand')}
            items={[
              ...crumbs.map(({ text: word, href }) => ({ text: word, href: address(href) })),
              { text: title, href: '#' },
            ]}
            onFollow={follow}
          />
        ) : undefined
      }
      header={
        <Header variant="h1" description={description} actions={actions} info={status}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">{children}</SpaceBetween>
    </ContentLayout>
  );
};
