import { Loaded, useSay, useText } from '../platform/index.ts';
import { integrationMessages } from './messages.ts';
import { RulesView } from './RulesView.tsx';
import type { RuleSection } from './rule-drafts.ts';
import { useTicketRules } from './useIntegrations.ts';

export const RulesPart = ({
  integrationId,
  section,
  onSection,
}: {
  integrationId: string;
  section: RuleSection;
  onSection(section: RuleSection): void;
}) => {
  const text = useText(integrationMessages);
  const say = useSay();
  const { rules, fields, put } = useTicketRules(integrationId);
  return (
    <Loaded of={rules}>
      {({ items, defaults }) => (
        <Loaded of={fields}>
          {({ items: psaFields }) => (
            <RulesView
              rules={items}
              defaults={defaults}
              fields={psaFields}
              section={section}
              isSaving={put.isPending}
              problem={put.error}
              onSection={onSection}
              onSave={(changed, done) =>
                put.mutate(
                  {
                    params: { integrationId },
                    body: { rules: changed.map(({ title: _title, problem: _problem, ...rule }) => rule) },
                  },
                  {
                    onSuccess: () => {
                      done();
                      say({ type: 'success', content: text('saved') });
                    },
                  },
                )
              }
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
};
