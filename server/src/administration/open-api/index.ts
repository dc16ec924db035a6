/** The KSC Open API server, over the doors of the other modules. Owns no table. */
export { ensureCertificate, type ServerCertificate } from './certificate.ts';
export type { OpenApiUser } from './login.ts';
export { type OpenApi, type OpenApiParts, startOpenApi } from './server.ts';
