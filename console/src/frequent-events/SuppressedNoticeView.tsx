import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useIntl } from 'react-intl';
import { AppLink, paths, useText } from '../platform/index.ts';
import { frequentMessages } from './messages.ts';

export const SuppressedNoticeView = ({
  blocked,
  suppressed,
  since,
}: {
  blocked: number;
  suppressed: number;
  since: string;
}) => {
  const text = useText(frequentMessages);
  const intl = useIntl();
  const moment = intl.formatDate(since, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Box margin={{ bottom: 's' }}>
      <Alert type="warning">
        {text('noticeText', { blocked, suppressed, since: moment })}{' '}
        <AppLink to={paths.frequentEvents}>{text('noticeLink')}</AppLink>
      </Alert>
    </Box>
  );
};
