/** Integrations with a PSA: connections, virtual servers, accounts, tickets, billing, health. Its pages are loaded by address. */
export { IntegrationNotices } from './IntegrationNotices.tsx';
