import Alert from '@cloudscape-design/components/alert';
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { ProblemAlert, RelativeTime, UnsavedGuard, useMay, useText } from '../platform/index.ts';
import { ticketingMessages } from './ticketing-messages.ts';
import type { TicketingSection } from './ticketing-sections.ts';

/** The left pane and what belongs to all sections: saving, going back, and what somebody else saved meanwhile. */
export const TicketingView = ({
  sections,
  section,
  content,
  isSavedHere,
  changes,
  faults,
  isSaving,
  problem,
  psaProblem,
  overtaken,
  onSection,
  onSave,
  onCancel,
  onPutOnTop,
}: {
  sections: { id: TicketingSection; title: string; changes: number; faults: number }[];
  section: TicketingSection;
  content: ReactNode;
  /** Else the section saves by itself, and the buttons are only there for what is unsaved in others. */
  isSavedHere: boolean;
  /** Unsaved ones, in all sections. */
  changes: number;
  faults: number;
  isSaving: boolean;
  problem: unknown;
  /** The choices of the PSA could not be read. */
  psaProblem: unknown;
  /** Somebody saved since the changes here began. */
  overtaken: { by: string | null; at: string | null } | null;
  onSection(section: TicketingSection): void;
  onSave(): void;
  onCancel(): void;
  onPutOnTop(): void;
}) => {
  const text = useText(ticketingMessages);
  const mayWrite = useMay()('integrations:write');
  return (
    <SpaceBetween size="m">
      <UnsavedGuard
        isUnsaved={changes > 0 && !isSaving}
        keeps={({ pathname, search }) => pathname === window.location.pathname && search['tab'] === 'ticketing'}
      />
      {overtaken && changes > 0 ? (
        <Alert
          type="warning"
          header={
            <>
              {text('savedMeanwhile', { who: overtaken.by ?? text('somebody'), when: '' })}
              {overtaken.at ? <RelativeTime at={overtaken.at} /> : text('justNow')}
            </>
          }
          action={<Button onClick={onPutOnTop}>{text('onTop')}</Button>}
        >
          {text('savedMeanwhileHint')}
        </Alert>
      ) : (
        <ProblemAlert problem={problem} />
      )}
      {Boolean(psaProblem) && (
        <Alert type="warning" header={text('psaProblem')}>
          {psaProblem instanceof Error ? psaProblem.message : String(psaProblem)}
        </Alert>
      )}
      <div className="gh-panes">
        <SideNavigation
          activeHref={`#${section}`}
          onFollow={(event) => {
            event.preventDefault();
            onSection(event.detail.href.slice(1) as TicketingSection);
          }}
          items={sections.map(({ id, title, changes: count, faults: wrong }) => ({
            type: 'link',
            text: title,
            href: `#${id}`,
            info:
              wrong > 0 ? (
                <Badge color="red">
                  <span title={text('faultsHere', { count: wrong })}>{wrong}</span>
                </Badge>
              ) : count > 0 ? (
                <Badge color="blue">
                  <span title={text('unsavedHere', { count })}>{count}</span>
                </Badge>
              ) : undefined,
          }))}
        />
        <div>
          {mayWrite && (isSavedHere || changes > 0) && (
            <div className="gh-save-bar">
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  variant="primary"
                  disabled={changes === 0 || faults > 0 || Boolean(overtaken)}
                  loading={isSaving}
                  onClick={onSave}
                >
                  {text('save', { count: changes })}
                </Button>
                <Button disabled={changes === 0} onClick={onCancel}>
                  {text('cancelChanges')}
                </Button>
                {section !== 'rehearsal' && <Button onClick={() => onSection('rehearsal')}>{text('rehearsal')}</Button>}
                {section !== 'shadow' && <Button onClick={() => onSection('shadow')}>{text('shadow')}</Button>}
              </SpaceBetween>
            </div>
          )}
          {content}
        </div>
      </div>
    </SpaceBetween>
  );
};
