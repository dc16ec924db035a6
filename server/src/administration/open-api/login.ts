import { randomBytes } from 'node:crypto';
import type { Tenant, TenantScope } from '../tenants/index.ts';
import { ResultSets } from './result-sets.ts';

/** Who may do what, as the accounts module knows it. */
export interface OpenApiUser {
  id: string;
  name: string;
  permissions: ReadonlySet<string>;
  /** Null: all tenants. */
  tenantIds: readonly string[] | null;
}

/**
 * A login: a user in the context of the main server or of one virtual server. It owns the result sets made with it; a
 * new login on the same connection, the end of the connection or of the session frees them.
 */
export class Login {
  readonly user: OpenApiUser;
  /** The server that the login speaks to. */
  readonly server: Tenant;
  readonly isMain: boolean;
  readonly resultSets = new ResultSets();
  /** From where; '' when nobody knows. */
  readonly address: string;
  /** A session was started with it: the session's end is the end, not the connection's. */
  becameSession = false;

  constructor(user: OpenApiUser, server: Tenant, isMain: boolean, address = '') {
    this.user = user;
    this.server = server;
    this.isMain = isMain;
    this.address = address;
  }

  /** The tenants whose objects are seen: the virtual server's own, or all that the user may see from the main server. */
  scope(fromCurrentServerOnly = false): TenantScope {
    const { tenantIds } = this.user;
    if (this.isMain && !fromCurrentServerOnly) return tenantIds ?? 'all';
    // A user of some tenants may log in to the main server without a right to the main server's own devices.
    return tenantIds === null || tenantIds.includes(this.server.id) ? [this.server.id] : [];
  }
}

/** At least 128 bits from the system's random source, in the hex form of the vendor's ids. */
export const newHandle = (): string => randomBytes(16).toString('hex').toUpperCase();
