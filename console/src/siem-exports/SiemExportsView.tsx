import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SiemTarget } from '@gatehouse/contract';
import { type Answer, ListTable, RelativeTime, StateMark, useMay, usePageTitle, useText } from '../platform/index.ts';
import { siemMessages } from './messages.ts';

const MEGABYTE = 1_048_576;
const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

const StateView = ({ target: { state } }: { target: SiemTarget }) => {
  const text = useText(siemMessages);
  if (state.kind === 'stopped') return <StateMark tone="none">{text('stopped')}</StateMark>;
  if (state.fullSince) return <StateMark tone="critical">{text('full')}</StateMark>;
  if (state.kind === 'failing') return <StateMark tone="warning">{text('failing')}</StateMark>;
  return <StateMark tone={state.kind === 'working' ? 'ok' : 'info'}>{text(state.kind)}</StateMark>;
};

const ProblemView = ({ target: { state } }: { target: SiemTarget }) => {
  const text = useText(siemMessages);
  return (
    <span className="gh-wrap">
      {state.fullSince && <div>{text('fullHint')}</div>}
      {state.timesFull > 0 && <div>{text('timesFull', { count: state.timesFull })}</div>}
      {state.lastError && (
        <div>
          {state.lastError} (<RelativeTime at={state.lastErrorAt} />
          {state.nextTryAt && (
            <>
              ; {text('nextTry')} <RelativeTime at={state.nextTryAt} />
            </>
          )}
          )
        </div>
      )}
    </span>
  );
};

export const SiemExportsView = ({
  answer,
  testing,
  onAdd,
  onChange,
  onTest,
  onRemove,
}: {
  answer: Answer<{ items: SiemTarget[] }>;
  /** Id of the target that a test event is on its way to. */
  testing: string | null;
  onAdd(): void;
  onChange(target: SiemTarget): void;
  onTest(target: SiemTarget): void;
  onRemove(target: SiemTarget): void;
}) => {
  const text = useText(siemMessages);
  const mayWrite = useMay()('server:write');
  usePageTitle(text('title'));
  const add = mayWrite && (
    <Button variant="primary" onClick={onAdd}>
      {text('add')}
    </Button>
  );
  const whatOf = ({ tenantIds, types, severities }: SiemTarget) =>
    [
      tenantIds && text('clientCount', { count: tenantIds.length }),
      types && text('typeCount', { count: types.length }),
      severities?.join(', '),
    ]
      .filter(Boolean)
      .join('; ') || text('allEvents');
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
          cell: ({ name }) => <span className="gh-wrap">{name}</span>,
          minWidth: 130,
        },
        {
          id: 'state',
          header: text('state'),
          minWidth: 250,
          cell: (target) => (
            <>
              <StateView target={target} />
              <ProblemView target={target} />
            </>
          ),
        },
        {
          id: 'to',
          header: text('to'),
          minWidth: 190,
          cell: ({ host, port, transport, format }) => (
            <span className="gh-wrap">
              {bracketed(host)}:{port}, {text(transport)}
              <br />
              {text(format)}
            </span>
          ),
        },
        { id: 'what', header: text('what'), cell: whatOf, minWidth: 100 },
        {
          id: 'sent',
          header: text('sent'),
          minWidth: 110,
          cell: ({ state }) => (
            <>
              {text('count', { count: state.sent })}
              {state.lastSentAt && (
                <div>
                  <RelativeTime at={state.lastSentAt} />
                </div>
              )}
            </>
          ),
        },
        {
          id: 'waiting',
          header: text('waiting'),
          minWidth: 110,
          cell: ({ state }) => (
            <span className="gh-wrap">
              {text('count', { count: state.waiting })}
              {state.waiting > 0 && (
                <div>
                  {text('queueOf', {
                    megabytes: (state.queueBytes / MEGABYTE).toFixed(1),
                    mostMegabytes: Math.round(state.queueMostBytes / MEGABYTE),
                  })}
                </div>
              )}
            </span>
          ),
        },
        ...(mayWrite
          ? [
              {
                id: 'actions',
                header: text('change'),
                minWidth: 140,
                cell: (target: SiemTarget) => (
                  <SpaceBetween size="xxs">
                    <Button
                      variant="inline-link"
                      ariaLabel={text('changeOf', { name: target.name })}
                      onClick={() => onChange(target)}
                    >
                      {text('change')}
                    </Button>
                    <Button
                      variant="inline-link"
                      ariaLabel={`${text('test')}: ${target.name}`}
                      loading={testing === target.id}
                      loadingText={text('testing')}
                      onClick={() => onTest(target)}
                    >
                      {text('test')}
                    </Button>
                    <Button
                      variant="inline-link"
                      ariaLabel={text('removeOf', { name: target.name })}
                      onClick={() => onRemove(target)}
                    >
                      {text('remove')}
                    </Button>
                  </SpaceBetween>
                ),
              },
            ]
          : []),
      ]}
    />
  );
};
