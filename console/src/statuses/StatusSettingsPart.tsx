import type { StatusSettingsChange } from '@gatehouse/contract';
import { useState } from 'react';
import { Loaded, useAddress, useGo, useMay, useSay, useText } from '../platform/index.ts';
import { historyPath } from '../revisions/index.ts';
import { statusMessages } from './messages.ts';
import { SaveDialogView } from './SaveDialogView.tsx';
import { StatusSettingsView } from './StatusSettingsView.tsx';
import { useStatusSettings } from './useStatusSettings.ts';

/** The device statuses of one group: what makes its devices Critical or Warning. */
export const StatusSettingsPart = ({
  tenantId,
  groupId,
  hasParent,
  groups = [],
  onGroup = () => {},
}: {
  tenantId: string;
  groupId: number;
  /** Whether there is a group above to take settings from. */
  hasParent: boolean;
  /** Groups to choose among, where the page does not choose itself. */
  groups?: { value: string; label: string }[];
  onGroup?: (groupId: number) => void;
}) => {
  const text = useText(statusMessages);
  const say = useSay();
  const go = useGo();
  const address = useAddress();
  const canWrite = useMay()('statuses:write');
  const { settings, change, preview } = useStatusSettings(tenantId, groupId);
  const [saving, setSaving] = useState<{ changes: StatusSettingsChange['changes']; done(): void } | null>(null);
  const params = { tenantId, groupId };
  const close = () => {
    setSaving(null);
    change.reset();
    preview.reset();
  };
  return (
    <Loaded of={settings}>
      {({ conditions }) => (
        <>
          <StatusSettingsView
            key={groupId}
            conditions={conditions}
            groups={groups}
            groupId={groupId}
            hasParent={hasParent}
            canWrite={canWrite}
            onGroup={onGroup}
            onHistory={() => go(address(historyPath({ kind: 'device-status-settings', id: String(groupId) })))}
            onSave={(changes, done) => {
              setSaving({ changes, done });
              preview.mutate({ params, body: { changes } });
            }}
          />
          {saving && (
            <SaveDialogView
              titles={saving.changes.map(
                ({ condition }) => conditions.find(({ key }) => key === condition)?.title ?? condition,
              )}
              preview={preview.data}
              previewProblem={preview.error}
              isSaving={change.isPending}
              problem={change.error}
              onCancel={close}
              onSave={() =>
                change.mutate(
                  { params, body: { changes: saving.changes } },
                  {
                    onSuccess: () => {
                      saving.done();
                      close();
                      say({ type: 'success', content: text('saved') });
                    },
                  },
                )
              }
            />
          )}
        </>
      )}
    </Loaded>
  );
};
