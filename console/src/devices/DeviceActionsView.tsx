import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay, useText } from '../platform/index.ts';
import { deviceMessages } from './messages.ts';

export const bulkActs = ['move', 'tags', 'scanQuick', 'scanFull', 'updateDatabases', 'delete'] as const;
export type BulkAct = (typeof bulkActs)[number];

/** What can be done with the devices that are ticked, and with the list. */
export const DeviceActionsView = ({
  markedCount,
  isExporting,
  onAct,
  onExport,
  onSave,
}: {
  markedCount: number;
  isExporting: boolean;
  onAct(act: BulkAct): void;
  /** All devices that the list finds. */
  onExport(): void;
  /** Keeps the filter as a selection. */
  onSave(): void;
}) => {
  const text = useText(deviceMessages);
  const may = useMay();
  const disabled = markedCount === 0;
  const items = [
    ...(may('devices:write')
      ? [
          { id: 'move', text: text('moveDevices'), disabled },
          { id: 'tags', text: text('changeTags'), disabled },
        ]
      : []),
    ...(may('devices:command')
      ? [
          { id: 'scanQuick', text: text('scanQuick'), disabled },
          { id: 'scanFull', text: text('scanFull'), disabled },
          { id: 'updateDatabases', text: text('updateDatabases'), disabled },
        ]
      : []),
    ...(may('devices:write') ? [{ id: 'delete', text: text('deleteDevices'), disabled }] : []),
  ];
  return (
    <SpaceBetween size="xs" direction="horizontal">
      {items.length > 0 && (
        <ButtonDropdown items={items} onItemClick={({ detail }) => onAct(detail.id as BulkAct)} expandToViewport>
          {markedCount > 0 ? text('actsOn', { count: markedCount }) : text('acts')}
        </ButtonDropdown>
      )}
      <Button onClick={onExport} loading={isExporting}>
        {text('exportCsv')}
      </Button>
      <Button onClick={onSave}>{text('saveAsSelection')}</Button>
    </SpaceBetween>
  );
};
