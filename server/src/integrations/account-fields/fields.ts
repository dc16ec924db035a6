import type { AccountField } from '../psa/index.ts';

const virtualServer = 'Kaspersky virtual server';
const workspace = 'Kaspersky workspace';
const workspaceUrl = 'Kaspersky workspace URL';

/** The fields that Gatehouse keeps on accounts, by the names that reports in the PSA know them by. */
export const accountFields: AccountField[] = [
  { name: virtualServer, description: 'Name of the virtual server that this account is mapped to' },
  { name: workspace, description: 'Name of the workspace that this account is mapped to' },
  { name: workspaceUrl, description: 'Address at which the workspace of this account opens' },
];

/** Values by field name; null empties. A field that is not named is none of our business on this account. */
export type FieldValues = Record<string, string | null>;

/** What an account is mapped to. */
export type MappedTo =
  | { kind: 'administration-server'; tenantName: string }
  | { kind: 'hub'; workspaceName: string; workspaceUrl: string };

/** An account is a virtual server's or a workspace's, never both: the fields of the other kind are emptied. */
export const valuesFor = (to: MappedTo): FieldValues =>
  to.kind === 'hub'
    ? { [virtualServer]: null, [workspace]: to.workspaceName, [workspaceUrl]: to.workspaceUrl }
    : { [virtualServer]: to.tenantName, [workspace]: null, [workspaceUrl]: null };

export const emptied: FieldValues = { [virtualServer]: null, [workspace]: null, [workspaceUrl]: null };
