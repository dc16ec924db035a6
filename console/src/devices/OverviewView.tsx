import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Device } from '@gatehouse/contract';
import { RelativeTime, useText } from '../platform/index.ts';
import { FactsView } from './FactsView.tsx';
import { deviceMessages } from './messages.ts';
import { ReasonsView } from './ReasonsView.tsx';
import { ThreatsView } from './ThreatsView.tsx';

/** Why the device has its status, what is wrong just now, and what it told of itself. */
export const OverviewView = ({ device }: { device: Device }) => {
  const text = useText(deviceMessages);
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={
              <>
                {text('statusSince')} <RelativeTime at={device.statusSince} />
              </>
            }
          >
            {text('whyTitle')}
          </Header>
        }
      >
        <ReasonsView device={device} />
      </Container>
      {device.activeThreatList.length > 0 && <ThreatsView device={device} />}
      <Container
        header={
          <Header variant="h2" description={<RelativeTime at={device.factsAt} />}>
            {text('factsTitle')}
          </Header>
        }
      >
        <FactsView device={device} />
      </Container>
    </SpaceBetween>
  );
};
