'use client';
import { Box } from '@mantine/core';
import { FailureState } from '@secret-store/ui';

/** A fault of the panel itself. What it says is not shown: it may hold anything. */
const ErrorPage = ({ reset }: { readonly reset: () => void }) => (
  <Box component="main" pt={{ base: 40, sm: 120 }}>
    <FailureState
      title="This page broke"
      message="The fault is ours. Try again; what was saved before is not affected."
      onRetry={reset}
    />
  </Box>
);

export default ErrorPage;
