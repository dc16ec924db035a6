import type { SecondaryDetails, SecondaryServer, SecondaryServerSettings } from '@gatehouse/contract';

/** What stands in the fields, whether it fits or not. */
export interface TypedServer {
  name: string;
  address: string;
  port: string;
  userName: string;
  password: string;
  certificateFingerprint: string;
  refreshMinutes: string;
  details: SecondaryDetails;
}

export const typedOf = (server: SecondaryServer | null): TypedServer => ({
  name: server?.name ?? '',
  address: server?.address ?? '',
  port: String(server?.port ?? 13_299),
  userName: server?.userName ?? '',
  password: '',
  certificateFingerprint: server?.certificateFingerprint ?? '',
  refreshMinutes: String(server?.refreshMinutes ?? 5),
  details: server?.details ?? { virtualServers: true, groups: true, lastEvents: true },
});

const whole = (text: string): number => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN);

/** As the contract wants it; what does not fit is left for its rules to say. */
export const toSettings = ({ password: _password, ...typed }: TypedServer): SecondaryServerSettings => ({
  ...typed,
  port: whole(typed.port),
  refreshMinutes: whole(typed.refreshMinutes),
});
