import { AskFirst, useText, Waiting } from '../platform/index.ts';
import { eventMessages } from './messages.ts';

/** Asks before events go for good, and names their number. */
export const DeleteEventsView = ({
  counted,
  isBusy,
  problem,
  onConfirm,
  onCancel,
}: {
  /** Undefined until the server has counted. */
  counted: number | undefined;
  isBusy: boolean;
  problem: unknown;
  onConfirm(): void;
  onCancel(): void;
}) => {
  const text = useText(eventMessages);
  return (
    <AskFirst
      title={text('deleteTitle')}
      confirm={counted === undefined ? text('delete') : text('deleteCount', { count: counted })}
      disabled={!counted}
      isBusy={isBusy}
      problem={problem}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      {counted === undefined ? (
        problem ? null : (
          <Waiting lines={2} />
        )
      ) : counted === 0 ? (
        <p>{text('deleteNone')}</p>
      ) : (
        <p>{text('deleteAsk', { count: counted })}</p>
      )}
    </AskFirst>
  );
};
