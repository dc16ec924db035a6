import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { previewMovingRule, ReplyOf } from '@gatehouse/contract';
import { AppLink, paths, useText } from '../platform/index.ts';
import { movingRuleMessages } from './messages.ts';

/** What a rule would do if it were applied now. */
export const PlanView = ({ plan: { moved, tagged, devices } }: { plan: ReplyOf<typeof previewMovingRule> }) => {
  const text = useText(movingRuleMessages);
  const isCut = devices.length < Math.max(moved, tagged);
  return (
    <Table
      variant="container"
      contentDensity="compact"
      items={devices}
      trackBy="id"
      ariaLabels={{ tableLabel: text('previewTitle') }}
      header={
        <Header
          variant="h2"
          description={[
            text('previewSays', { moved, tagged }),
            ...(isCut ? [text('previewFirst', { count: devices.length })] : []),
          ].join(' ')}
        >
          {text('previewTitle')}
        </Header>
      }
      empty={<Box color="text-body-secondary">{text('previewNothing')}</Box>}
      columnDefinitions={[
        {
          id: 'device',
          header: text('device'),
          isRowHeader: true,
          cell: ({ id, name }) => <AppLink to={paths.device(id)}>{name}</AppLink>,
        },
        { id: 'from', header: text('from'), cell: ({ groupName }) => groupName },
        { id: 'to', header: text('to'), cell: ({ toGroupName }) => toGroupName ?? text('staysHere') },
        { id: 'tags', header: text('addTags'), cell: ({ addTags }) => addTags.join(', ') },
      ]}
    />
  );
};
