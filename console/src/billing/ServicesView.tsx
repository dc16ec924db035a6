import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import type { ApplicationServices, BilledApplication, ServiceMap } from '@gatehouse/contract';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import {
  ApiProblem,
  EmptyState,
  ProblemAlert,
  StateMark,
  UnsavedGuard,
  useDisplay,
  useText,
} from '../platform/index.ts';
import { billingMessages } from './messages.ts';
import {
  changesOf,
  draftOf,
  fieldsOf,
  noServices,
  type ServiceDraft,
  type ServiceField,
  type Standing,
  standingOf,
} from './service-drafts.ts';

const NONE = '';

const standingTones = {
  'none-chosen': 'none',
  'not-billed': 'warning',
  'once-saved': 'info',
  billed: 'ok',
} as const satisfies Record<Standing['kind'], unknown>;

/** Whether all devices of an application are billed; only what is saved bills anything. */
const StandingView = ({ row, draft, saved }: { row: BilledApplication; draft: ServiceDraft; saved: ServiceDraft }) => {
  const text = useText(billingMessages);
  const { kind, devices } = standingOf(row, draft, saved);
  return <StateMark tone={standingTones[kind]}>{text(`standing_${kind}`, { count: devices })}</StateMark>;
};

/** The Services tab. Choices are kept as a draft until they are saved, all or none. */
export const ServicesView = ({
  map,
  canWrite,
  isSaving,
  isReading,
  problem,
  onRead,
  onSave,
}: {
  map: ServiceMap;
  canWrite: boolean;
  isSaving: boolean;
  isReading: boolean;
  problem: unknown;
  onRead(): void;
  onSave(draft: ServiceDraft): void;
}) => {
  const text = useText(billingMessages);
  const intl = useIntl();
  const { display } = useDisplay();
  const saved = draftOf(map);
  const [draft, setDraft] = useState<ServiceDraft>(saved);
  const changed = changesOf(draft, saved);
  if (!map.supported) return <Alert type="info">{text('notSupported')}</Alert>;

  const servicesOf = (application: string): ApplicationServices => draft.services[application] ?? noServices;
  const choose = (application: string, field: ServiceField, id: string | null) =>
    setDraft((now) => ({
      ...now,
      services: { ...now.services, [application]: { ...(now.services[application] ?? noServices), [field]: id } },
    }));
  const labelOf = (id: string): string => {
    const service = map.services.find((each) => each.id === id);
    if (!service) return text('gone', { id });
    return service.active ? service.name : `${service.name} (${text('inactive')})`;
  };
  const options = [
    { value: NONE, label: text('noService') },
    ...map.services.map(({ id, unitPrice, period, active }) => ({
      value: id,
      label: labelOf(id),
      description: [unitPrice, period].filter((part) => part !== '').join(', '),
      disabled: !active,
    })),
  ];
  /** What the server said of one choice, beside it. */
  const issueOfField = (application: string, field: ServiceField): string | undefined => {
    if (!(problem instanceof ApiProblem)) return undefined;
    const at = Object.keys(draft.services).indexOf(application);
    const where = `body.applications.${at}.services`;
    return problem.issues.find((issue) => issue.where === `${where}.${field}` || issue.where === where)?.what;
  };
  const picker = (row: BilledApplication, field: ServiceField) => {
    const id = servicesOf(row.application)[field];
    const issue = issueOfField(row.application, field);
    const label = text('serviceOf', {
      application: row.application,
      category: text(field === 'all' ? 'allDevices' : field),
    });
    if (!canWrite) return id === null ? text('noService') : labelOf(id);
    return (
      <FormField errorText={issue}>
        <Select
          selectedOption={id === null ? null : { value: id, label: labelOf(id) }}
          placeholder={text('chooseService')}
          ariaLabel={label}
          options={options}
          filteringType={options.length > 8 ? 'auto' : 'none'}
          disabled={map.problem !== null}
          expandToViewport
          onChange={({ detail }) => choose(row.application, field, detail.selectedOption.value || null)}
        />
      </FormField>
    );
  };
  const withCount = (row: BilledApplication, field: ServiceField, count: number) => (
    <SpaceBetween size="xxs">
      {picker(row, field)}
      <Box fontSize="body-s" color="text-body-secondary">
        {`${text('devicesInUse')}: ${count}`}
      </Box>
    </SpaceBetween>
  );
  const categoryColumns = draft.byCategory
    ? (['windows-workstation', 'windows-server', 'non-windows'] as const).map((field) => ({
        id: field,
        header: text(field),
        minWidth: 170,
        cell: (row: BilledApplication) => {
          const fields = fieldsOf(row.perUser, draft.byCategory);
          if (fields.includes(field)) {
            return withCount(row, field, row.devices[field]);
          }
          return field === 'windows-workstation' ? withCount(row, 'all', row.devices.total) : '';
        },
      }))
    : [
        {
          id: 'all',
          header: text('service'),
          minWidth: 300,
          cell: (row: BilledApplication) => withCount(row, 'all', row.devices.total),
        },
      ];

  return (
    <SpaceBetween size="m">
      <ProblemAlert problem={problem} />
      <UnsavedGuard isUnsaved={changed > 0 && !isSaving} />
      {map.problem !== null && <Alert type="warning">{text('servicesProblem', { problem: map.problem })}</Alert>}
      <Table
        variant="container"
        items={map.applications}
        trackBy="application"
        wrapLines
        contentDensity={display.density}
        ariaLabels={{ tableLabel: text('services') }}
        empty={
          <EmptyState
            title={text('servicesEmpty')}
            hint={text('servicesEmptyHint')}
            action={
              canWrite && (
                <Button loading={isReading} onClick={onRead}>
                  {text('readNow')}
                </Button>
              )
            }
          />
        }
        header={
          <Header
            variant="h2"
            counter={`(${map.applications.length})`}
            description={text('servicesHint')}
            actions={
              canWrite && (
                <SpaceBetween size="xs" direction="horizontal">
                  <Button loading={isReading} onClick={onRead} iconName="refresh">
                    {text('readNow')}
                  </Button>
                  <Button disabled={changed === 0} onClick={() => setDraft(saved)}>
                    {text('cancelChanges')}
                  </Button>
                  <Button variant="primary" disabled={changed === 0} loading={isSaving} onClick={() => onSave(draft)}>
                    {text('saveChanges', { count: changed })}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {text('services')}
          </Header>
        }
        filter={
          <SpaceBetween size="xs">
            <Toggle
              checked={draft.byCategory}
              disabled={!canWrite}
              description={text('byCategoryHint')}
              onChange={({ detail }) => setDraft((now) => ({ ...now, byCategory: detail.checked }))}
            >
              {text('byCategory')}
            </Toggle>
            <Box fontSize="body-s" color="text-body-secondary">
              {[
                ...(map.readAt
                  ? [text('readAt', { at: intl.formatDate(map.readAt, { dateStyle: 'medium', timeStyle: 'short' }) })]
                  : []),
                ...(map.unreadTenants > 0 ? [text('unread', { count: map.unreadTenants })] : []),
              ].join('. ')}
            </Box>
          </SpaceBetween>
        }
        columnDefinitions={[
          {
            id: 'application',
            header: text('application'),
            isRowHeader: true,
            minWidth: 160,
            cell: (row) => {
              const { application, perUser, otherDevices } = row;
              return (
                <>
                  <div className="gh-wrap">{application}</div>
                  {perUser && (
                    <Box fontSize="body-s" color="text-body-secondary">
                      {text('perUser')}
                    </Box>
                  )}
                  {otherDevices > 0 && (
                    <Box fontSize="body-s" color="text-body-secondary">
                      {text('otherDevices', { count: otherDevices })}
                    </Box>
                  )}
                  <StandingView row={row} draft={draft} saved={saved} />
                </>
              );
            },
          },
          ...categoryColumns,
        ]}
      />
    </SpaceBetween>
  );
};
