import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { type ExportFormat, exportFormats } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { eventMessages } from './messages.ts';

/** Whether new events come by themselves. */
export interface Tail {
  isOn: boolean;
  /** On, but somebody reads further down. */
  isPaused: boolean;
  /** Off, and there are events that the list does not show yet. */
  hasNews: boolean;
  onShowNews(): void;
}

export type Which = 'marked' | 'all';

/** What can be done with the events of the list. */
export const EventActionsView = ({
  tail,
  canTail,
  markedCount,
  mayDelete,
  isExporting,
  onTail,
  onExport,
  onDelete,
  onSave,
}: {
  tail: Tail;
  canTail: boolean;
  markedCount: number;
  mayDelete: boolean;
  isExporting: boolean;
  onTail(isOn: boolean): void;
  onExport(format: ExportFormat, which: Which): void;
  onDelete(which: Which): void;
  onSave(): void;
}) => {
  const text = useText(eventMessages);
  const formats = (which: Which) =>
    exportFormats.map((format) => ({ id: `${which}:${format}`, text: format.toUpperCase() }));
  const nothingMarked = markedCount === 0;
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      {tail.isPaused ? (
        <Button iconName="play" onClick={() => window.scrollTo({ top: 0 })}>
          {text('tailPaused')}
        </Button>
      ) : (
        tail.hasNews && (
          <Button iconName="refresh" onClick={tail.onShowNews}>
            {text('showNews')}
          </Button>
        )
      )}
      <Toggle checked={tail.isOn} disabled={!canTail} onChange={({ detail }) => onTail(detail.checked)}>
        {text('tail')}
      </Toggle>
      <ButtonDropdown
        loading={isExporting}
        items={[
          {
            text: text('exportMarked', { count: markedCount }),
            items: formats('marked').map((item) => ({ ...item, disabled: nothingMarked })),
          },
          { text: text('exportAll'), items: formats('all') },
        ]}
        onItemClick={({ detail }) => {
          const [which, format] = detail.id.split(':') as [Which, ExportFormat];
          onExport(format, which);
        }}
        expandToViewport
      >
        {text('export')}
      </ButtonDropdown>
      {mayDelete && (
        <ButtonDropdown
          items={[
            { id: 'marked', text: text('deleteMarked', { count: markedCount }), disabled: nothingMarked },
            { id: 'all', text: text('deleteAll') },
          ]}
          onItemClick={({ detail }) => onDelete(detail.id as Which)}
          expandToViewport
        >
          {text('delete')}
        </ButtonDropdown>
      )}
      <Button onClick={onSave}>{text('saveSelection')}</Button>
    </SpaceBetween>
  );
};
