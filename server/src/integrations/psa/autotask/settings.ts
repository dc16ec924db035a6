import type { SettingField } from '@gatehouse/contract';
import { z } from 'zod';
import { proxySettingFields, proxySettings } from '../proxy.ts';

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);

/** An address that credentials may be sent to: https, or http on this very machine (a stand-in for trying things). */
const address = z
  .url()
  .max(300)
  .refine(
    (text) => {
      const url = new URL(text);
      return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
    },
    { message: 'must begin with https:// (http:// only for this machine itself)' },
  );

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullable().default(null));

/** What the connector must know of one Autotask database. */
export const autotaskSettings = z.object({
  userName: z.string().trim().min(1).max(200),
  secret: z.string().min(1).max(500).meta({ secret: true }),
  trackingId: z.string().trim().min(1).max(200).meta({ secret: true }),
  discoveryUrl: address.default('https://webservices.autotask.net'),
  baseUrl: optional(address),
  /** Part of the database's hourly request limit that Gatehouse may use; other integrations share the same limit. */
  hourlySharePercent: z.coerce.number().int().min(1).max(100).default(25),
  ...proxySettings,
});
export type AutotaskSettings = z.output<typeof autotaskSettings>;

export const autotaskSettingFields: SettingField[] = [
  {
    name: 'userName',
    title: 'API user name',
    help: 'The key of a resource with the security level "API User"; it looks like an e-mail address.',
    kind: 'text',
    required: true,
  },
  {
    name: 'secret',
    title: 'API secret',
    help: "The API user's secret. Choose a level whose password does not expire.",
    kind: 'secret',
    required: true,
  },
  {
    name: 'trackingId',
    title: 'Tracking identifier',
    help: "Shown on the API user's page in Autotask as API tracking identifier.",
    kind: 'secret',
    required: true,
  },
  {
    name: 'discoveryUrl',
    title: 'Zone discovery address',
    help: 'Any Autotask web service host; it tells which zone holds your database.',
    kind: 'url',
    required: false,
  },
  {
    name: 'baseUrl',
    title: 'Fixed address',
    help: 'Skips zone discovery, as https://webservices5.autotask.net/ATServicesRest/V1.0. Leave empty to discover it.',
    kind: 'url',
    required: false,
  },
  {
    name: 'hourlySharePercent',
    title: 'Share of the hourly request limit, percent',
    help: 'All integrations of your Autotask database share one limit of requests per hour. 25 is plenty for tickets.',
    kind: 'number',
    required: false,
  },
  ...proxySettingFields,
];
