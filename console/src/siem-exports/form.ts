import type { SeverityName, SiemTarget, SiemTargetSettings, SiemTrust } from '@gatehouse/contract';

/** What stands in the fields, whether it fits or not. */
export interface TypedTarget {
  name: string;
  enabled: boolean;
  format: SiemTargetSettings['format'];
  transport: SiemTargetSettings['transport'];
  host: string;
  port: string;
  trustKind: SiemTrust['kind'];
  pem: string;
  sha256: string;
  framing: SiemTargetSettings['framing'];
  syslogHeader: boolean;
  /** Empty: all. */
  tenantIds: string[];
  types: string[];
  severities: string[];
}

export const typedOf = (target: SiemTarget | null): TypedTarget => ({
  name: target?.name ?? '',
  enabled: target?.enabled ?? true,
  format: target?.format ?? 'syslog',
  transport: target?.transport ?? 'tcp',
  host: target?.host ?? '',
  port: target ? String(target.port) : '514',
  trustKind: target?.trust.kind ?? 'system',
  pem: target?.trust.kind === 'authority' ? target.trust.pem : '',
  sha256: target?.trust.kind === 'pin' ? target.trust.sha256 : '',
  framing: target?.framing ?? 'newline',
  syslogHeader: target?.syslogHeader ?? true,
  tenantIds: target?.tenantIds ?? [],
  types: target?.types ?? [],
  severities: target?.severities ?? [],
});

const orAll = <T>(list: T[]): T[] | null => (list.length === 0 ? null : list);

/** As the contract wants it; what does not fit is left for its rules to say. */
export const toSettings = (typed: TypedTarget): SiemTargetSettings => {
  const { trustKind, pem, sha256, ...rest } = typed;
  const trust: SiemTrust =
    typed.transport !== 'tls' || trustKind === 'system'
      ? { kind: 'system' }
      : trustKind === 'authority'
        ? { kind: 'authority', pem }
        : { kind: 'pin', sha256 };
  return {
    ...rest,
    trust,
    port: /^\d{1,5}$/.test(typed.port.trim()) ? Number(typed.port) : Number.NaN,
    tenantIds: orAll(typed.tenantIds),
    types: orAll(typed.types),
    severities: orAll(typed.severities as SeverityName[]),
  };
};
