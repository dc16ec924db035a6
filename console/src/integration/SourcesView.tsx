import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Source } from '@gatehouse/contract';
import { type Answer, ListTable, RelativeTime, StateMark, useMay, usePageTitle, useText } from '../platform/index.ts';
import { HoldUpView } from './StateView.tsx';
import { sourceMessages } from './source-messages.ts';

const SourceStateView = ({ source: { enabled, problem, nextTryAt } }: { source: Source }) => {
  const text = useText(sourceMessages);
  if (!enabled) return <StateMark tone="none">{text('off')}</StateMark>;
  return (
    <>
      <StateMark tone={problem ? 'critical' : 'ok'}>{text(problem ? 'failing' : 'reads')}</StateMark>
      {problem && (
        <div>
          <HoldUpView problem={problem} />
        </div>
      )}
      {problem && nextTryAt && (
        <div>
          {text('nextTry')} <RelativeTime at={nextTryAt} />
        </div>
      )}
    </>
  );
};

export const SourcesView = ({
  answer,
  switching,
  onAdd,
  onChange,
  onSwitch,
  onRemove,
}: {
  answer: Answer<{ items: Source[] }>;
  /** Id of the server that is being switched. */
  switching: string | null;
  onAdd(): void;
  onChange(source: Source): void;
  onSwitch(source: Source): void;
  onRemove(source: Source): void;
}) => {
  const text = useText(sourceMessages);
  const mayWrite = useMay()('integrations:write');
  usePageTitle(text('title'));
  const add = mayWrite && (
    <Button variant="primary" onClick={onAdd}>
      {text('add')}
    </Button>
  );
  return (
    <ListTable
      variant="full-page"
      label={text('title')}
      description={text('hint')}
      answer={answer}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      actions={add}
      empty={{ title: text('emptyTitle'), hint: text('emptyHint'), action: add }}
      columns={[
        {
          id: 'name',
          header: text('name'),
          minWidth: 150,
          cell: ({ name, isLocal }) => (
            <SpaceBetween size="xxs">
              <span className="gh-wrap">{name}</span>
              {isLocal && <Badge>{text('own')}</Badge>}
            </SpaceBetween>
          ),
        },
        { id: 'state', header: text('state'), minWidth: 230, cell: (source) => <SourceStateView source={source} /> },
        {
          id: 'url',
          header: text('address'),
          minWidth: 220,
          cell: ({ url, user, proxy, certificateFingerprint }) => (
            <span className="gh-wrap">
              {url}
              <div>{text('asUser', { user })}</div>
              {proxy && <div>{text('proxyShort', { proxy: proxy.url })}</div>}
              <div>{text(certificateFingerprint ? 'pinned' : 'authorities')}</div>
            </span>
          ),
        },
        { id: 'tenants', header: text('tenants'), cell: ({ tenants }) => tenants, minWidth: 90 },
        {
          id: 'read',
          header: text('lastRead'),
          cell: ({ lastReadAt }) => <RelativeTime at={lastReadAt} />,
          minWidth: 120,
        },
        ...(mayWrite
          ? [
              {
                id: 'actions',
                header: text('actions'),
                minWidth: 130,
                cell: (source: Source) => (
                  <SpaceBetween size="xxs">
                    {!source.isLocal && (
                      <Button
                        variant="inline-link"
                        ariaLabel={text('changeOf', { name: source.name })}
                        onClick={() => onChange(source)}
                      >
                        {text('change')}
                      </Button>
                    )}
                    <Button
                      variant="inline-link"
                      ariaLabel={text(source.enabled ? 'switchOffOf' : 'switchOnOf', { name: source.name })}
                      loading={switching === source.id}
                      onClick={() => onSwitch(source)}
                    >
                      {text(source.enabled ? 'switchOff' : 'switchOn')}
                    </Button>
                    {!source.isLocal && (
                      <Button
                        variant="inline-link"
                        ariaLabel={text('removeOf', { name: source.name })}
                        onClick={() => onRemove(source)}
                      >
                        {text('remove')}
                      </Button>
                    )}
                  </SpaceBetween>
                ),
              },
            ]
          : []),
      ]}
    />
  );
};
