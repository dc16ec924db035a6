import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

/** Nothing here yet: says so and names the first step. */
export const EmptyState = ({ title, hint, action }: { title: string; hint: string; action?: ReactNode }) => (
  <Box margin={{ vertical: 'm' }} textAlign="center" color="inherit">
    <SpaceBetween size="xs">
      <Box variant="strong" color="inherit">
        {title}
      </Box>
      <Box variant="p" color="inherit">
        {hint}
      </Box>
      {action}
    </SpaceBetween>
  </Box>
);
