import type { EnrolmentToken } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, OneTimeSecret, useSay, useText } from '../platform/index.ts';
import { AddTokenView, EnrolmentTokensView } from './EnrolmentTokensView.tsx';
import { tenantMessages } from './messages.ts';
import { useEnrolmentTokens, useGroups } from './useTenants.ts';

export const EnrolmentTokensPart = ({ tenantId }: { tenantId: string }) => {
  const text = useText(tenantMessages);
  const say = useSay();
  const { groups } = useGroups(tenantId);
  const { tokens, add, revoke } = useEnrolmentTokens(tenantId);
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  const made = add.data;
  return (
    <>
      <EnrolmentTokensView answer={tokens} onAdd={() => setAdding(true)} onRevoke={setRevoking} />
      {isAdding && (
        <AddTokenView
          groups={(groups.data?.items ?? []).map(({ id, fullName }) => ({ value: String(id), label: fullName }))}
          isBusy={add.isPending}
          problem={add.error}
          onCancel={() => setAdding(false)}
          onAdd={(body) => add.mutate({ params: { tenantId }, body }, { onSuccess: () => setAdding(false) })}
        />
      )}
      {made && (
        <OneTimeSecret
          title={text('tokenMade', { name: made.name })}
          hint={text('tokenMadeHint')}
          lines={[
            { label: text('secret'), value: made.secret },
            {
              label: text('installCommand'),
              value: `gatehouse-agent enrol --server ${window.location.origin} --token ${made.secret} && gatehouse-agent install`,
            },
          ]}
          onDone={add.reset}
        />
      )}
      {revoking && (
        <AskFirst
          title={text('revokeTitle')}
          confirm={text('revokeTitle')}
          isBusy={revoke.isPending}
          problem={revoke.error}
          onCancel={() => setRevoking(null)}
          onConfirm={() =>
            revoke.mutate(
              { params: { tenantId, tokenId: revoking.id } },
              {
                onSuccess: () => {
                  setRevoking(null);
                  say({ type: 'success', content: text('saved') });
                },
              },
            )
          }
        >
          <p>{text('revokeAsk', { name: revoking.name })}</p>
        </AskFirst>
      )}
    </>
  );
};
