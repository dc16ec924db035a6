import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import { ActivationCode, type LicenseKey, LicenseKeySettings, LicenseSerial } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, issueOf, platformMessages, useText } from '../platform/index.ts';
import { type TypedKey, toSettings, typedOf } from './form.ts';
import { licenseKinds } from './looks.tsx';
import { licenseMessages } from './messages.ts';

interface Choice {
  value: string;
  label: string;
}
export interface SavedKey {
  settings: LicenseKeySettings;
  serialNumber: string;
  /** Undefined: the one that is kept stays. */
  activationCode: string | null | undefined;
}

const MAIN = '';

/** Adds a key, or changes one. */
export const LicenseDialogView = ({
  license,
  tenants,
  mayOwn,
  tenantId,
  products,
  isBusy,
  problem,
  onSave,
  onCancel,
}: {
  license: LicenseKey | null;
  /** Clients, without the main server. */
  tenants: Choice[];
  /** Whether the user may give keys to the main server, and so to all clients. */
  mayOwn: boolean;
  /** The client that was chosen in the top bar. */
  tenantId: string | undefined;
  products: readonly string[];
  isBusy: boolean;
  problem: unknown;
  onSave(saved: SavedKey): void;
  onCancel(): void;
}) => {
  const text = useText(licenseMessages);
  const words = useText(platformMessages);
  const [typed, setTyped] = useState<TypedKey>(() =>
    typedOf(license, new Date(), tenantId ?? (mayOwn ? undefined : tenants[0]?.value)),
  );
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TypedKey>) => setTyped((all) => ({ ...all, ...change }));

  // The contract's own rules, so that the form and the server say the same.
  const settings = LicenseKeySettings.safeParse(toSettings(typed, license));
  const serial = LicenseSerial.safeParse(typed.serialNumber);
  const code = typed.activationCode.trim() === '' ? null : ActivationCode.safeParse(typed.activationCode);
  const own: Record<string, string | undefined> = {
    serialNumber: serial.error?.issues[0]?.message,
    activationCode: code?.error?.issues[0]?.message,
    deviceLimit: settings.error?.issues.some(({ path }) => path[0] === 'deviceLimit') ? text('wholeNumber') : undefined,
    termDays: settings.error?.issues.some(({ path }) => path[0] === 'termDays') ? text('wholeNumber') : undefined,
  };
  const issue = (field: string): string | undefined => {
    const found =
      own[field] ??
      settings.error?.issues
        .filter(({ path }) => path[0] === field)
        .map(({ code: kind, message }) => (kind === 'invalid_format' ? text('dayIssue') : message))[0];
    return (tried && found) || issueOf(problem, field);
  };
  const save = () => {
    setTried(true);
    if (!settings.success || !serial.success || (code && !code.success)) return;
    const activationCode = code ? code.data : typed.forgetCode ? null : undefined;
    onSave({ settings: settings.data, serialNumber: serial.data, activationCode });
  };
  const owners = [...(mayOwn ? [{ value: MAIN, label: text('mainServer') }] : []), ...tenants];
  const shares = (['nobody', 'all', 'some'] as const).map((value) => ({
    value,
    label: text(({ nobody: 'shareNobody', all: 'shareAll', some: 'shareSome' } as const)[value]),
  }));
  const day = (key: 'createdOn' | 'expiresOn', label: string, field: string, hint?: string) => (
    <FormField label={label} description={hint} errorText={issue(field)}>
      <DatePicker
        value={typed[key]}
        onChange={({ detail }) => set({ [key]: detail.value } as Partial<TypedKey>)}
        placeholder="YYYY-MM-DD"
        format="iso"
        inputFormat="iso"
        openCalendarAriaLabel={(chosen) => (chosen ? `${label}: ${chosen}` : label)}
        expandToViewport
      />
    </FormField>
  );
  return (
    <AskFirst
      title={license ? text('editTitle', { serialNumber: license.serialNumber }) : text('add')}
      confirm={license ? words('save') : text('add')}
      isBusy={isBusy}
      problem={problem}
      onCancel={onCancel}
      onConfirm={save}
    >
      {license === null && (
        <FormField label={text('serialNumber')} description={text('serialHint')} errorText={issue('serialNumber')}>
          <Input value={typed.serialNumber} onChange={({ detail }) => set({ serialNumber: detail.value })} />
        </FormField>
      )}
      <FormField label={text('product')} description={text('productHint')} errorText={issue('productName')}>
        <Input
          value={typed.productName}
          onChange={({ detail }) => set({ productName: detail.value })}
          nativeInputAttributes={{ list: 'license-products' }}
        />
      </FormField>
      <datalist id="license-products">
        {products.map((product) => (
          <option key={product} value={product} />
        ))}
      </datalist>
      <ColumnLayout columns={2}>
        <FormField label={text('kind')}>
          <Select
            options={licenseKinds.map((value) => ({ value, label: text(value) }))}
            selectedOption={{ value: typed.kind, label: text(typed.kind) }}
            onChange={({ detail }) => set({ kind: detail.selectedOption.value as TypedKey['kind'] })}
            expandToViewport
          />
        </FormField>
        <FormField
          label={text('deviceLimit')}
          constraintText={text('deviceLimitHint')}
          errorText={issue('deviceLimit')}
        >
          <Input
            value={typed.deviceLimit}
            inputMode="numeric"
            onChange={({ detail }) => set({ deviceLimit: detail.value })}
          />
        </FormField>
        {day('createdOn', text('createdAt'), 'createdAt')}
        {day('expiresOn', text('expiresAt'), 'expiresAt')}
      </ColumnLayout>
      <FormField label={text('client')} description={text('clientHint')} errorText={issue('tenantId')}>
        <Select
          options={owners}
          selectedOption={owners.find(({ value }) => value === (typed.tenantId ?? MAIN)) ?? null}
          onChange={({ detail }) => set({ tenantId: detail.selectedOption.value || null })}
          filteringType={owners.length > 8 ? 'auto' : 'none'}
          expandToViewport
        />
      </FormField>
      {typed.tenantId === null && (
        <FormField label={text('shareWith')} errorText={issue('sharing')}>
          <Select
            options={shares}
            selectedOption={shares.find(({ value }) => value === typed.sharedWith) ?? null}
            onChange={({ detail }) => set({ sharedWith: detail.selectedOption.value as TypedKey['sharedWith'] })}
            expandToViewport
          />
        </FormField>
      )}
      {typed.tenantId === null && typed.sharedWith === 'some' && (
        <FormField label={text('shareSome')}>
          <Multiselect
            options={tenants}
            selectedOptions={typed.sharedTenantIds.map(
              (id) => tenants.find(({ value }) => value === id) ?? { value: id, label: id },
            )}
            onChange={({ detail }) => set({ sharedTenantIds: detail.selectedOptions.map(({ value }) => value ?? '') })}
            placeholder={text('chooseClients')}
            filteringType={tenants.length > 8 ? 'auto' : 'none'}
            tokenLimit={5}
            deselectAriaLabel={({ label }) => text('removeToken', { name: label ?? '' })}
            expandToViewport
          />
        </FormField>
      )}
      <Checkbox
        checked={typed.automatic}
        description={text('automaticHint')}
        onChange={({ detail }) => set({ automatic: detail.checked })}
      >
        {text('automaticField')}
      </Checkbox>
      {typed.deviceLimit.trim() !== '' && (
        <Checkbox checked={typed.overLimitAllowed} onChange={({ detail }) => set({ overLimitAllowed: detail.checked })}>
          {text('overField')}
        </Checkbox>
      )}
      <Checkbox
        checked={typed.blocked}
        description={text('blockedHint')}
        onChange={({ detail }) => set({ blocked: detail.checked })}
      >
        {text('blockedField')}
      </Checkbox>
      <FormField
        label={text('activationCode')}
        description={license?.hasActivationCode ? text('activationKept') : text('activationHint')}
        errorText={issue('activationCode')}
      >
        <Input
          value={typed.activationCode}
          autoComplete={false}
          placeholder="ABCDE-12345-FGHIJ-67890"
          onChange={({ detail }) => set({ activationCode: detail.value })}
        />
      </FormField>
      {license?.hasActivationCode && typed.activationCode.trim() === '' && (
        <Checkbox checked={typed.forgetCode} onChange={({ detail }) => set({ forgetCode: detail.checked })}>
          {text('activationForget')}
        </Checkbox>
      )}
      <FormField label={text('term')} errorText={issue('termDays')}>
        <Input value={typed.termDays} inputMode="numeric" onChange={({ detail }) => set({ termDays: detail.value })} />
      </FormField>
      <FormField label={text('information')} description={text('informationHint')} errorText={issue('information')}>
        <Textarea rows={2} value={typed.information} onChange={({ detail }) => set({ information: detail.value })} />
      </FormField>
    </AskFirst>
  );
};
