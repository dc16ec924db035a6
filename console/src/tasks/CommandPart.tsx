import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TaskRunDevice, TaskType } from '@gatehouse/contract';
import { ExactTime, Loaded, SidePanel, StateMark, useMay, useText } from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { useCommandDetails } from './useTasks.ts';
import { commandLooks } from './words.ts';

/** What one device of a run told, step by step, and what a script wrote there. */
export const CommandPart = ({ device, type, onClose }: { device: TaskRunDevice; type: TaskType; onClose(): void }) => {
  const text = useText(taskMessages);
  const withOutput = useMay()('scripts:run') && type === 'run-script';
  const { steps, output } = useCommandDetails(device.commandId, withOutput);
  return (
    <SidePanel title={device.deviceName} onClose={onClose}>
      <SpaceBetween size="m">
        <Box variant="h3">{text('steps')}</Box>
        <Loaded of={steps}>
          {(told) =>
            told.steps.length === 0 ? (
              <Box>{text('noSteps')}</Box>
            ) : (
              <ol className="gh-issues">
                {told.steps.map(({ at, state, text: words }) => (
                  <li key={`${at} ${state}`}>
                    <StateMark tone={commandLooks[state].tone}>{text(commandLooks[state].word)}</StateMark>{' '}
                    <ExactTime at={at} />
                    <div className="gh-wrap">{words}</div>
                  </li>
                ))}
              </ol>
            )
          }
        </Loaded>
        {withOutput && (
          <>
            <Box variant="h3">{text('output')}</Box>
            <Loaded of={output}>
              {({ output: told }) =>
                told === null ? (
                  <Box>{text('outputNone')}</Box>
                ) : (
                  <>
                    <pre className="gh-code">{told.text}</pre>
                    {told.isCut && <Box>{text('outputCut')}</Box>}
                  </>
                )
              }
            </Loaded>
          </>
        )}
      </SpaceBetween>
    </SidePanel>
  );
};
