import { join } from 'node:path';

export const UNIT = 'gatehouse.service';
/** The user that the service runs as when nobody names another. */
export const SERVICE_USER = 'gatehouse';
export const DEFAULT_DATA_DIR = '/var/lib/gatehouse';

/** Where an installation lies. Paths as the running service sees them; `onDisk` finds them below another root. */
export const places = {
  program: '/opt/gatehouse',
  settingsDir: '/etc/gatehouse',
  settings: '/etc/gatehouse/gatehouse.yaml',
  unit: `/etc/systemd/system/${UNIT}`,
  launcher: '/usr/local/bin/gatehouse',
} as const;

/** @param root `/`, or a folder that is to become the root of another system, as an image */
export const onDisk =
  (root: string) =>
  (path: string): string =>
    root === '/' ? path : join(root, path);
