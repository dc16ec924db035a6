import { usePageTitle, useText } from '../platform/index.ts';
import { IncidentsPart } from './IncidentsPart.tsx';
import { incidentMessages } from './messages.ts';

export const IncidentListScreen = () => {
  usePageTitle(useText(incidentMessages)('title'));
  return <IncidentsPart />;
};
