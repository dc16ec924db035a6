import type { Incident } from '@gatehouse/contract';
import { useState } from 'react';
import { AskFirst, PanelSteps, ProblemAlert, SidePanel, useMay, useSay, useText } from '../platform/index.ts';
import { IncidentPanelView } from './IncidentPanelView.tsx';
import { incidentMessages } from './messages.ts';
import { useIncident, useIncidentActs } from './useIncidents.ts';

/** The chosen incident, in the split panel. */
export const IncidentPanelPart = ({
  incident: listed,
  onPrevious,
  onNext,
  onClose,
}: {
  incident: Incident;
  onPrevious?: () => void;
  onNext?: () => void;
  onClose(): void;
}) => {
  const text = useText(incidentMessages);
  const say = useSay();
  const mayWrite = useMay()('incidents:write');
  const shown = useIncident(listed.id);
  const { process, comment, remove } = useIncidentActs();
  const [isRemoving, setRemoving] = useState(false);
  const incident = shown.data?.incident.id === listed.id ? shown.data.incident : listed;
  return (
    <SidePanel title={incident.title} onClose={onClose}>
      <IncidentPanelView
        key={incident.id}
        incident={incident}
        comments={shown.data?.incident.id === listed.id ? shown.data.comments : []}
        mayWrite={mayWrite}
        isBusy={process.isPending}
        steps={<PanelSteps onPrevious={onPrevious} onNext={onNext} />}
        problem={<ProblemAlert problem={process.error ?? comment.error ?? shown.error} />}
        onProcess={(processed) => process.mutate({ body: { incidentIds: [incident.id], processed } })}
        onComment={(words) =>
          comment.mutateAsync({ params: { incidentId: incident.id }, body: { text: words } }).then(
            () => true,
            // The problem is drawn above, and what was typed stays.
            () => false,
          )
        }
        onRemove={() => setRemoving(true)}
      />
      {isRemoving && (
        <AskFirst
          title={text('removeTitle')}
          confirm={text('removeTitle')}
          isBusy={remove.isPending}
          problem={remove.error}
          onCancel={() => setRemoving(false)}
          onConfirm={() =>
            remove.mutate(
              { params: { incidentId: incident.id } },
              {
                onSuccess: () => {
                  setRemoving(false);
                  onClose();
                  say({ type: 'success', content: text('removed') });
                },
              },
            )
          }
        >
          <p>{text('removeAsk', { title: incident.title })}</p>
        </AskFirst>
      )}
    </SidePanel>
  );
};
