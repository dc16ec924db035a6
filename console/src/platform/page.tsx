import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useContext, useEffect } from 'react';
import { PanelContext } from './side-panel.tsx';

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
  isThing = false,
  status,
  actions,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** The page is about one thing of a list: its name goes into the path above the page. */
  isThing?: boolean;
  status?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) => {
  const { name } = useContext(PanelContext);
  usePageTitle(title);
  useEffect(() => {
    if (!isThing) return;
    name(title);
    return () => name(null);
  }, [isThing, title, name]);
  return (
    <ContentLayout
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
