import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Tenant } from '@gatehouse/contract';
import type { ReactNode } from 'react';
import { type Answer, EmptyState, Loaded, Page, paths, useAddress, useGo, useText } from '../platform/index.ts';
import { CountsView } from './CountsView.tsx';
import { groupMessages } from './messages.ts';

/** More than these are found by their names. */
const MOST_SHOWN = 100;

/** Every client with its counts; the tree of one is read when it is opened. */
export const HierarchyView = ({
  answer,
  only,
  text: typed,
  open,
  onText,
  onOpen,
  treeOf,
}: {
  answer: Answer<{ items: Tenant[] }>;
  /** The one client that is shown. */
  only: string | undefined;
  text: string;
  open: readonly string[];
  onText(text: string): void;
  onOpen(open: string[]): void;
  treeOf(tenantId: string): ReactNode;
}) => {
  const text = useText(groupMessages);
  const go = useGo();
  const address = useAddress();
  return (
    <Page title={text('hierarchy')} description={text('hierarchyHint')}>
      <Loaded of={answer}>
        {({ items }) => {
          if (items.length === 0) {
            return (
              <EmptyState
                title={text('emptyTitle')}
                hint={text('emptyHint')}
                action={<Button onClick={() => go(address(paths.tenants))}>{text('emptyAction')}</Button>}
              />
            );
          }
          const one = items.find(({ id }) => id === only);
          if (one) {
            return (
              <Container
                header={
                  <Header variant="h2" description={<CountsView counts={one.devices} />}>
                    {one.name}
                  </Header>
                }
              >
                {treeOf(one.id)}
              </Container>
            );
          }
          const wanted = typed.trim().toLowerCase();
          const found = items.filter(({ name }) => name.toLowerCase().includes(wanted));
          const shown = found.slice(0, MOST_SHOWN);
          return (
            <SpaceBetween size="s">
              <TextFilter
                filteringText={typed}
                filteringPlaceholder={text('findTenant')}
                filteringAriaLabel={text('findTenant')}
                onChange={({ detail }) => onText(detail.filteringText)}
              />
              {found.length === 0 && <EmptyState title={text('noTenantTitle')} hint={text('noTenantHint')} />}
              {shown.map(({ id, name, devices }) => (
                <ExpandableSection
                  key={id}
                  variant="container"
                  headingTagOverride="h2"
                  headerText={name}
                  headerInfo={
                    <Box variant="span" fontSize="body-m">
                      <CountsView counts={devices} />
                    </Box>
                  }
                  expanded={open.includes(id)}
                  onChange={({ detail }) =>
                    onOpen(detail.expanded ? [...open, id] : open.filter((each) => each !== id))
                  }
                >
                  {open.includes(id) && treeOf(id)}
                </ExpandableSection>
              ))}
              {found.length > shown.length && (
                <Box color="text-body-secondary">{text('moreTenants', { count: found.length - shown.length })}</Box>
              )}
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Page>
  );
};
