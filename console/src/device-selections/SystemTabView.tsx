import SpaceBetween from '@cloudscape-design/components/space-between';
import { osFamilies } from '@gatehouse/contract';
import { useText } from '../platform/index.ts';
import { ChoicesField } from '../selections/index.ts';
import { FlagField } from './FlagField.tsx';
import { filterChanges, type TabProps } from './form.ts';
import { MasksField } from './MasksField.tsx';
import { deviceSelectionMessages } from './messages.ts';

const osWords = { windows: 'osWindows', linux: 'osLinux', macos: 'osMacos', other: 'osOther' } as const;

/** Which devices by what is installed on them. */
export const SystemTabView = (props: TabProps) => {
  const text = useText(deviceSelectionMessages);
  return (
    <SpaceBetween size="l">
      <ChoicesField
        label={text('osFamilies')}
        options={osFamilies.map((value) => ({ value, label: text(osWords[value]) }))}
        chosen={props.draft.settings.filter.osFamilies}
        disabled={props.disabled}
        onChange={(values) =>
          filterChanges(props).change({ osFamilies: osFamilies.filter((family) => values.includes(family)) })
        }
      />
      <MasksField {...props} field="osNames" label={text('osNames')} />
      <FlagField {...props} field="isServer" />
      <FlagField {...props} field="agentInstalled" />
      <MasksField {...props} field="agentVersions" label={text('agentVersions')} />
      <FlagField {...props} field="securityInstalled" />
      <MasksField {...props} field="securityApplications" label={text('applications')} />
    </SpaceBetween>
  );
};
