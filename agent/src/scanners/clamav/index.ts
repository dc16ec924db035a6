/** ClamAV: clamd over its socket when it runs, else clamscan; databases by freshclam or by whoever fills the folder. */
export { type ClamavOptions, clamav } from './clamav.ts';
