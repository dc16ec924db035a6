import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import {
  Notices,
  PanelContext,
  paths,
  platformMessages,
  useAddress,
  useFollow,
  useMay,
  useText,
} from '../platform/index.ts';
import { appMessages } from './messages.ts';
import { sections } from './sections.ts';

const NARROW_PX = 688;

/** Navigation at the left, the page in the middle, the chosen row in the split panel. */
export const ShellView = ({
  path,
  isLiveBroken,
  children,
}: {
  /** Path of the page that is shown. */
  path: string;
  isLiveBroken: boolean;
  children: ReactNode;
}) => {
  const text = useText(appMessages);
  const words = useText(platformMessages);
  const may = useMay();
  const address = useAddress();
  const follow = useFollow();
  const [isOpen, setOpen] = useState(() => window.innerWidth > NARROW_PX);
  const [panelElement, setPanelElement] = useState<HTMLElement | null>(null);
  const [panelTitle, setPanelTitle] = useState<string | null>(null);
  const [thing, setThing] = useState<string | null>(null);
  const closePanel = useRef<() => void>(undefined);
  const [panelSize, setPanelSize] = useState(() => Math.round(window.innerHeight * 0.4));
  const [panelPosition, setPanelPosition] = useState<'bottom' | 'side'>('bottom');
  const host = useMemo(
    () => ({
      element: panelElement,
      name: setThing,
      show: (title: string | null, close?: () => void) => {
        setPanelTitle(title);
        closePanel.current = close;
      },
    }),
    [panelElement],
  );
  const shown = sections
    .map(({ title, pages }) => ({ title, pages: pages.filter(({ needs }) => may(needs)) }))
    .filter(({ pages }) => pages.length > 0);
  const here = sections
    .flatMap(({ pages }) => [...pages])
    .find((page) => path === page.path || path.startsWith(`${page.path}/`));
  const broken: FlashbarProps.MessageDefinition[] = isLiveBroken
    ? [{ id: 'live', type: 'warning', content: text('liveBroken'), loading: true }]
    : [];
  return (
    <PanelContext value={host}>
      <AppLayoutToolbar
        headerSelector="#top-bar"
        toolsHide
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        ariaLabels={{
          navigation: text('navigation'),
          navigationToggle: text('navigationOpen'),
          navigationClose: text('navigationClose'),
          notifications: text('notifications'),
        }}
        navigation={
          <SideNavigation
            activeHref={here ? address(here.path) : undefined}
            header={{ text: text('navigation'), href: address(paths.overview) }}
            items={shown.map(({ title, pages }) => ({
              type: 'section-group' as const,
              title: text(title),
              items: pages.map((page) => ({ type: 'link' as const, text: text(page.title), href: address(page.path) })),
            }))}
            onFollow={(event) => {
              follow(event);
              if (window.innerWidth <= NARROW_PX) setOpen(false);
            }}
          />
        }
        breadcrumbs={
          here && (
            <BreadcrumbGroup
              ariaLabel={text('crumbs')}
              expandAriaLabel={text('crumbsExpand')}
              onFollow={follow}
              items={[
                { text: text(here.title), href: address(here.path) },
                ...(thing === null ? [] : [{ text: thing, href: '#' }]),
              ]}
            />
          )
        }
        notifications={<Notices first={broken} />}
        stickyNotifications
        splitPanelOpen={panelTitle !== null}
        splitPanelSize={panelSize}
        onSplitPanelResize={({ detail }) => setPanelSize(detail.size)}
        onSplitPanelToggle={({ detail }) => !detail.open && closePanel.current?.()}
        splitPanelPreferences={{ position: panelPosition }}
        onSplitPanelPreferencesChange={({ detail }) => setPanelPosition(detail.position)}
        splitPanel={
          panelTitle !== null && (
            <SplitPanel
              header={panelTitle}
              closeBehavior="hide"
              i18nStrings={{
                closeButtonAriaLabel: words('panelClose'),
                openButtonAriaLabel: words('panelOpen'),
                resizeHandleAriaLabel: words('panelResize'),
                resizeHandleTooltipText: words('panelResize'),
                preferencesTitle: words('panelPreferences'),
                preferencesPositionLabel: words('panelPreferences'),
                preferencesPositionDescription: words('panelPositionDescription'),
                preferencesPositionSide: words('panelSide'),
                preferencesPositionBottom: words('panelBottom'),
                preferencesConfirm: words('save'),
                preferencesCancel: words('cancel'),
                preferencesCloseAriaLabel: words('close'),
              }}
            >
              <div ref={setPanelElement} />
            </SplitPanel>
          )
        }
        content={
          <div id="content" tabIndex={-1}>
            {children}
          </div>
        }
      />
    </PanelContext>
  );
};
