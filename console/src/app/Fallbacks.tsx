import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Page, useText } from '../platform/index.ts';
import { appMessages } from './messages.ts';

/** In the place of a page that threw. */
export const BrokenPage = ({ error, reset }: { error: unknown; reset(): void }) => {
  const text = useText(appMessages);
  return (
    <Page title={text('brokenTitle')}>
      <Alert type="error" action={<Button onClick={reset}>{text('reload')}</Button>}>
        {text('broken', { message: error instanceof Error ? error.message : String(error) })}
      </Alert>
    </Page>
  );
};

export const NoSuchPage = () => {
  const text = useText(appMessages);
  return (
    <Page title={text('notFoundTitle')}>
      <Alert type="warning">{text('notFound')}</Alert>
    </Page>
  );
};
