import { messagesOf } from '../platform/index.ts';

export const noticeMessages = messagesOf('integrationNotices', {
  deleted: 'Integration deleted: {name}',
  deletedBy: 'by {by},',
  deletedHint:
    '{tenants, plural, =0 {No virtual server belonged to it.} one {# virtual server is free for another integration.} other {# virtual servers are free for other integrations.}} {mappings, plural, =0 {} one {# mapping ended.} other {# mappings ended.}} Nothing was deleted on the servers or in the PSA.',
  read: 'I have read it',
});
