import type { MappingPlanLine, MappingSuggestion, MappingWish } from '@gatehouse/contract';
import { useState } from 'react';
import { SuggestionsView } from './SuggestionsView.tsx';
import { useSuggestions } from './useMappings.ts';

const wishOf = ({ sourceId, sourceTenantId, account }: MappingSuggestion): MappingWish => ({
  sourceId,
  sourceTenantId,
  accountId: account.id,
  seenAccountId: null,
});

/** Accounts that are called like virtual servers: chosen, checked, then mapped together or not at all. */
export const SuggestionsDialog = ({
  integrationId,
  onMapped,
  onClose,
}: {
  integrationId: string;
  onMapped(mapped: MappingSuggestion[]): void;
  onClose(): void;
}) => {
  const [minScore, setMinScore] = useState(80);
  const [checked, setChecked] = useState<MappingPlanLine[] | undefined>(undefined);
  const { suggestions, preview, put } = useSuggestions(integrationId, minScore);
  const params = { integrationId };
  return (
    <SuggestionsView
      answer={suggestions}
      minScore={minScore}
      checked={checked}
      problem={preview.error ?? put.error}
      isBusy={preview.isPending || put.isPending}
      onScore={setMinScore}
      onChoice={() => {
        setChecked(undefined);
        preview.reset();
        put.reset();
      }}
      onCheck={(chosen) =>
        preview.mutate(
          { params, body: { changes: chosen.map(wishOf) } },
          { onSuccess: ({ lines }) => setChecked(lines) },
        )
      }
      onMap={(chosen) =>
        put.mutate({ params, body: { changes: chosen.map(wishOf) } }, { onSuccess: () => onMapped(chosen) })
      }
      onClose={onClose}
    />
  );
};
