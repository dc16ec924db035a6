import { useBlocker } from '@tanstack/react-router';
import { AskFirst } from './ask-first.tsx';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/**
 * Asks before a page with unsaved changes is left, by a link, by the way back or by closing the window.
 *
 * @param keeps whether the changes live on at an address, as in another section of the same form
 */
export const UnsavedGuard = ({
  isUnsaved,
  keeps,
}: {
  isUnsaved: boolean;
  keeps?(next: { pathname: string; search: Record<string, unknown> }): boolean;
}) => {
  const text = useText(platformMessages);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ next }) =>
      isUnsaved && !keeps?.({ pathname: next.pathname, search: next.search as Record<string, unknown> }),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return status === 'blocked' ? (
    <AskFirst title={text('unsavedTitle')} confirm={text('unsavedLeave')} onConfirm={proceed} onCancel={reset}>
      <p>{text('unsaved')}</p>
    </AskFirst>
  ) : null;
};
