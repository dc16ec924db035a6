import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { platformMessages } from './messages.ts';
import { useShortcuts } from './shortcuts.tsx';
import { useText } from './texts.ts';

/** What the shell offers so that a page can draw into its split panel. */
export interface PanelHost {
  element: HTMLElement | null;
  show(title: string | null, close?: () => void): void;
  /** Names the thing that the page is about, for the path above it; null for a page that is about no one thing. */
  name(thing: string | null): void;
}
export const PanelContext = createContext<PanelHost>({ element: null, show: () => {}, name: () => {} });

/** The chosen row of a list, in the split panel of the shell. */
export const SidePanel = ({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) => {
  const { element, show } = useContext(PanelContext);
  const text = useText(platformMessages);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => show(title, () => close.current()), [title, show]);
  useEffect(() => () => show(null), [show]);
  useShortcuts([{ keys: 'Escape', label: text('shortcutClosePanel'), run: onClose }]);
  return element ? createPortal(children, element) : null;
};

/** Steps from row to row without closing the panel. */
export const PanelSteps = ({ onPrevious, onNext }: { onPrevious?: () => void; onNext?: () => void }) => {
  const text = useText(platformMessages);
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button iconName="angle-left" disabled={!onPrevious} onClick={onPrevious}>
        {text('previous')}
      </Button>
      <Button iconName="angle-right" iconAlign="right" disabled={!onNext} onClick={onNext}>
        {text('next')}
      </Button>
    </SpaceBetween>
  );
};
