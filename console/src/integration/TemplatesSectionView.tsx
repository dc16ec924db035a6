import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea, { type TextareaProps } from '@cloudscape-design/components/textarea';
import { type previewTicket, type ReplyOf, TicketTemplates, ticketPlaceholders } from '@gatehouse/contract';
import { type RefObject, useRef, useState } from 'react';
import { issueOf, ProblemAlert, useMay, useText } from '../platform/index.ts';
import { ticketingMessages } from './ticketing-messages.ts';

type Template = 'eventTitle' | 'eventBody' | 'statusTitle' | 'statusBody';
type Kind = 'event' | 'status';

/** How tickets are worded, with a preview made of something that is really there. */
export const TemplatesSectionView = ({
  templates,
  publicUrl,
  faults,
  problem,
  preview,
  onWrite,
  onReset,
  onPreview,
}: {
  templates: TicketTemplates;
  /** What links begin with when no address is typed. */
  publicUrl: string | null;
  faults: { field: Template; what: string }[];
  /** Of the last save. */
  problem: unknown;
  preview: { kind: Kind | null; reply: ReplyOf<typeof previewTicket> | undefined; isBusy: boolean; problem: unknown };
  onWrite(change: Partial<TicketTemplates>): void;
  onReset?(): void;
  onPreview(kind: Kind): void;
}) => {
  const text = useText(ticketingMessages);
  const mayWrite = useMay()('integrations:write');
  const [kind, setKind] = useState<Kind>('event');
  const [last, setLast] = useState<Template>('eventBody');
  const boxes = {
    eventTitle: useRef<InputProps.Ref>(null),
    eventBody: useRef<TextareaProps.Ref>(null),
    statusTitle: useRef<InputProps.Ref>(null),
    statusBody: useRef<TextareaProps.Ref>(null),
  };
  const urlIssue = TicketTemplates.shape.consoleUrl.safeParse(templates.consoleUrl).error && text('consoleUrlIssue');
  const faultOf = (field: Template) =>
    faults
      .filter((fault) => fault.field === field)
      .map(({ what }) => what)
      .join('; ') || issueOf(problem, `templates.${field}`);

  const insert = (name: string) => {
    const written = templates[last];
    const element = document.activeElement;
    const at =
      element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement
        ? (element.selectionStart ?? written.length)
        : written.length;
    onWrite({ [last]: `${written.slice(0, at)}{${name}}${written.slice(at)}` });
    boxes[last].current?.focus();
  };
  const line = (field: 'eventTitle' | 'statusTitle') => (
    <FormField label={text(field)} errorText={faultOf(field)} stretch>
      <Input
        ref={boxes[field] as RefObject<InputProps.Ref>}
        value={templates[field]}
        disabled={!mayWrite}
        spellcheck={false}
        onFocus={() => setLast(field)}
        onChange={({ detail }) => onWrite({ [field]: detail.value })}
      />
    </FormField>
  );
  const block = (field: 'eventBody' | 'statusBody') => (
    <FormField label={text(field)} errorText={faultOf(field)} stretch>
      <Textarea
        ref={boxes[field] as RefObject<TextareaProps.Ref>}
        value={templates[field]}
        disabled={!mayWrite}
        rows={11}
        spellcheck={false}
        onFocus={() => setLast(field)}
        onChange={({ detail }) => onWrite({ [field]: detail.value })}
      />
    </FormField>
  );
  const shown = preview.kind === kind ? preview.reply : undefined;
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header
            variant="h2"
            description={text('templatesHint')}
            actions={
              mayWrite &&
              onReset && (
                <Button variant="link" onClick={onReset}>
                  {text('reset')}
                </Button>
              )
            }
          >
            {text('templates')}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <ColumnLayout columns={2}>
            <SpaceBetween size="s">
              {line('eventTitle')}
              {block('eventBody')}
            </SpaceBetween>
            <SpaceBetween size="s">
              {line('statusTitle')}
              {block('statusBody')}
            </SpaceBetween>
          </ColumnLayout>
          <FormField label={text('placeholders')} description={mayWrite && text('insertHint')} stretch>
            <ul className="gh-placeholders">
              {ticketPlaceholders.map((name) => (
                <li key={name}>
                  {mayWrite ? (
                    // The caret stays where it is: the press must not take the focus from the text.
                    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is what acts
                    <span onMouseDown={(event) => event.preventDefault()}>
                      <Button variant="inline-link" ariaLabel={text('insert', { name })} onClick={() => insert(name)}>
                        {`{${name}}`}
                      </Button>
                    </span>
                  ) : (
                    <code>{`{${name}}`}</code>
                  )}{' '}
                  {text(`p_${name}`)}
                </li>
              ))}
            </ul>
          </FormField>
          <FormField
            label={text('consoleUrl')}
            description={text('consoleUrlHint', { publicUrl: publicUrl ?? text('consoleUrlNone') })}
            errorText={urlIssue || issueOf(problem, 'templates.consoleUrl')}
          >
            <Input
              value={templates.consoleUrl ?? ''}
              disabled={!mayWrite}
              spellcheck={false}
              type="url"
              placeholder={publicUrl ?? 'https://'}
              onChange={({ detail }) =>
                onWrite({ consoleUrl: detail.value.trim() === '' ? null : detail.value.trim() })
              }
            />
          </FormField>
        </SpaceBetween>
      </Container>
      {mayWrite && (
        <Container
          header={
            <Header
              variant="h2"
              description={text('previewHint')}
              actions={
                <Button
                  loading={preview.isBusy}
                  disabled={faults.length > 0 || Boolean(urlIssue)}
                  onClick={() => onPreview(kind)}
                >
                  {text(shown ? 'previewAgain' : 'previewNew')}
                </Button>
              }
            >
              {text('preview')}
            </Header>
          }
        >
          <SpaceBetween size="s">
            <SegmentedControl
              label={text('previewKind')}
              selectedId={kind}
              onChange={({ detail }) => setKind(detail.selectedId as Kind)}
              options={[
                { id: 'event', text: text('previewEvent') },
                { id: 'status', text: text('previewStatus') },
              ]}
            />
            <ProblemAlert problem={preview.problem} />
            <div aria-live="polite">
              {shown && (
                <SpaceBetween size="s">
                  <Box color="text-body-secondary">
                    {shown.madeOf === 'real'
                      ? text('previewReal', { client: shown.clientName })
                      : text('previewSample')}
                  </Box>
                  {shown.isCut && <Alert type="info">{text('previewCut')}</Alert>}
                  <div>
                    <Box variant="awsui-key-label">{text('previewTitle')}</Box>
                    <strong className="gh-wrap">{shown.title}</strong>
                  </div>
                  <div>
                    <Box variant="awsui-key-label">{text('previewBody')}</Box>
                    <div className="gh-wrap">{shown.description}</div>
                  </div>
                </SpaceBetween>
              )}
            </div>
          </SpaceBetween>
        </Container>
      )}
    </SpaceBetween>
  );
};
