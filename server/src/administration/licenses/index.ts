/**
 * Licence keys: which there are, which devices shall hold them and which do, who used what on which day. Owns
 * `license_key`, `license_device`, `license_seat`, `license_day`, `license_usage_day` and `license_use`.
 */
export { createDailyCheck } from './daily-check.ts';
export { createDistribution, type LicenseTx } from './distribution.ts';
export type { ImportedKey } from './import.ts';
export { isGood, type LicenseKey, settingsOf } from './key.ts';
export { blockedEvent } from './notices.ts';
export { licenseRoutes } from './routes.ts';
export { licenseUsageRoutes } from './routes-usage.ts';
export { addKey, assignKey, changeKey, concernsDevices, removeKey, withdrawKey } from './saves.ts';
export { mayChange, maySee, shownKey } from './shown.ts';
export { type LicenseTables, licenseStore } from './store.ts';
export { licenseMigrations } from './store-migrations.ts';
export { noSeats, type SeatCounts, seatStore } from './store-seats.ts';
export { usageStore } from './store-usage.ts';
