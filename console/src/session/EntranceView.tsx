import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { usePageTitle } from '../platform/index.ts';

/** The frame of the pages before the console: sign in and set up. */
export const EntranceView = ({ title, hint, children }: { title: string; hint: string; children: ReactNode }) => {
  usePageTitle(title);
  return (
    <main className="gh-entrance">
      <SpaceBetween size="l">
        <Box textAlign="center">
          <img src="/icon.svg" alt="" width="48" height="48" />
          <Box fontSize="heading-l" fontWeight="bold">
            Gatehouse
          </Box>
        </Box>
        <Container
          header={
            <Header variant="h1" description={hint}>
              {title}
            </Header>
          }
        >
          {children}
        </Container>
      </SpaceBetween>
    </main>
  );
};
