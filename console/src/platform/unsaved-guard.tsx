import { useBlocker } from '@tanstack/react-router';
import { AskFirst } from './ask-first.tsx';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/** Asks before a page with unsaved changes is left, by a link, by the way back or by closing the window. */
export const UnsavedGuard = ({ isUnsaved }: { isUnsaved: boolean }) => {
  const text = useText(platformMessages);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return status === 'blocked' ? (
    <AskFirst title={text('unsavedTitle')} confirm={text('unsavedLeave')} onConfirm={proceed} onCancel={reset}>
      <p>{text('unsaved')}</p>
    </AskFirst>
  ) : null;
};
