import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { IntegrationNotice } from '@gatehouse/contract';
import { RelativeTime, useText } from '../platform/index.ts';
import { noticeMessages } from './notice-messages.ts';

/** News that stay until they are read. */
export const IntegrationNoticesView = ({
  notices,
  onRead,
}: {
  notices: IntegrationNotice[];
  onRead(notice: IntegrationNotice): void;
}) => {
  const text = useText(noticeMessages);
  if (notices.length === 0) return null;
  return (
    <Box margin={{ bottom: 'm' }}>
      <SpaceBetween size="s">
        {notices.map((notice) => (
          <Alert
            key={notice.id}
            type="info"
            header={text('deleted', { name: notice.name })}
            dismissible
            dismissAriaLabel={text('read')}
            onDismiss={() => onRead(notice)}
          >
            {text('deletedBy', { by: notice.by })} <RelativeTime at={notice.at} />.{' '}
            {text('deletedHint', { tenants: notice.tenants, mappings: notice.mappings })}
          </Alert>
        ))}
      </SpaceBetween>
    </Box>
  );
};
