import { NOTIFICATION_PLACEHOLDERS } from '@gatehouse/contract';

type Placeholder = (typeof NOTIFICATION_PLACEHOLDERS)[number];

/** An event that nobody had, for the preview. */
export const sampleValues: Record<Placeholder, string> = {
  SEVERITY: 'Critical',
  COMPUTER: 'LAPTOP-7',
  DOMAIN: '',
  EVENT: 'Malicious object detected',
  DESCR: 'EICAR-Test-File was found in C:\\Users\\ada\\Downloads\\eicar.com',
  RISE_TIME: '2026-03-04 10:15:00 UTC',
  KLCSAK_EVENT_TASK_DISPLAY_NAME: 'Full scan',
  KL_PRODUCT: 'Endpoint Security',
  KL_VERSION: '12.4.0',
  HOST_IP: '10.1.2.34',
  HOST_CONN_IP: '10.1.2.34',
  GROUP: 'Managed devices/Reception',
  CLIENT: 'Northwind Dental',
  PHONE_NUMBERS: '+49 30 1234567',
};

/** A template with a sample event in it; what is no placeholder stays as it is. */
export const previewOf = (template: string, phoneNumbers: readonly string[] = []): string =>
  template.replace(/%%|%([A-Z_]+)%/g, (all, name: string | undefined) => {
    if (all === '%%') return '%';
    if (name === 'PHONE_NUMBERS' && phoneNumbers.length > 0) return phoneNumbers.join(', ');
    return NOTIFICATION_PLACEHOLDERS.some((known) => known === name) ? sampleValues[name as Placeholder] : all;
  });
