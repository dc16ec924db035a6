import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { TaskRun } from '@gatehouse/contract';
import { StateMark, useText } from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { runLook } from './words.ts';

/** A run in one cell of a list: a moving bar while it is under way, then how it ended. */
export const RunProgress = ({ run }: { run: TaskRun }) => {
  const text = useText(taskMessages);
  const { tone, word } = runLook(run);
  if (run.state === 'finished') return <StateMark tone={tone}>{text(word)}</StateMark>;
  const { completed, warning, failed, expired, cancelled } = run.counts;
  const done = completed + warning + failed + expired + cancelled;
  return (
    <div className="gh-progress">
      <ProgressBar
        variant="standalone"
        value={run.percent}
        ariaLabel={`${run.taskName}: ${text(word)}`}
        additionalInfo={`${text(word)}, ${text('ofDevices', { done, count: run.devices })}`}
      />
    </div>
  );
};
