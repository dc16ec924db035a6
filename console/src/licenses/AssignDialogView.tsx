import FormField from '@cloudscape-design/components/form-field';
import Multiselect, { type MultiselectProps } from '@cloudscape-design/components/multiselect';
import type { LicenseKey } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, useText } from '../platform/index.ts';
import { licenseMessages } from './messages.ts';

interface Found {
  id: string;
  name: string;
  tenantName: string;
}

/** Gives a key to chosen devices. */
export const AssignDialogView = ({
  license,
  found,
  isLooking,
  isBusy,
  problem,
  onLook,
  onAssign,
  onCancel,
}: {
  license: LicenseKey;
  found: readonly Found[];
  isLooking: boolean;
  isBusy: boolean;
  problem: unknown;
  onLook(text: string): void;
  onAssign(deviceIds: string[]): void;
  onCancel(): void;
}) => {
  const text = useText(licenseMessages);
  const [chosen, setChosen] = useState<readonly MultiselectProps.Option[]>([]);
  const options = found.map(({ id, name, tenantName }) => ({ value: id, label: name, description: tenantName }));
  return (
    <AskFirst
      title={text('assignTitle', { serialNumber: license.serialNumber })}
      confirm={text('assign')}
      isBusy={isBusy}
      problem={problem}
      disabled={chosen.length === 0}
      onCancel={onCancel}
      onConfirm={() => onAssign(chosen.map(({ value }) => value ?? ''))}
    >
      <FormField label={text('findDevices')} description={text('assignHint')}>
        <Multiselect
          options={options}
          selectedOptions={chosen}
          onChange={({ detail }) => setChosen(detail.selectedOptions)}
          onLoadItems={({ detail }) => onLook(detail.filteringText)}
          filteringType="manual"
          filteringPlaceholder={text('findHint')}
          placeholder={text('findHint')}
          statusType={isLooking ? 'loading' : 'finished'}
          loadingText={text('finding')}
          empty={text('foundNone')}
          tokenLimit={5}
          deselectAriaLabel={({ label }) => text('removeToken', { name: label ?? '' })}
          expandToViewport
        />
      </FormField>
    </AskFirst>
  );
};
