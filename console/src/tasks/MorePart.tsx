import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useText } from '../platform/index.ts';
import { NumberField, type PartProps } from './fields.tsx';
import { taskMessages } from './messages.ts';

/** How a start goes on many devices. */
export const MorePart = ({ typed, issueOf, onChange }: PartProps) => {
  const text = useText(taskMessages);
  return (
    <SpaceBetween size="m">
      <Checkbox checked={typed.runMissed} onChange={({ detail }) => onChange({ runMissed: detail.checked })}>
        {text('runMissed')}
      </Checkbox>
      <NumberField
        label={text('spread')}
        hint={text('spreadHint')}
        value={typed.spreadMinutes}
        from={0}
        to={1440}
        issue={issueOf('spreadMinutes')}
        onChange={(spreadMinutes) => onChange({ spreadMinutes })}
      />
      <NumberField
        label={text('stopAfter')}
        hint={text('stopAfterHint')}
        value={typed.stopAfterMinutes}
        from={1}
        to={10_080}
        issue={issueOf('stopAfterMinutes')}
        onChange={(stopAfterMinutes) => onChange({ stopAfterMinutes })}
      />
      <NumberField
        label={text('waitHours')}
        value={typed.waitHours}
        from={1}
        to={720}
        issue={issueOf('waitHours')}
        onChange={(waitHours) => onChange({ waitHours })}
      />
    </SpaceBetween>
  );
};
