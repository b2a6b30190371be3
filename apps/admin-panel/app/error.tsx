'use client';
import { Box } from '@mantine/core';
import { FailureState } from '@secret-store/ui';

/** A fault of the panel itself. Its message is not shown, because it may contain anything. */
const ErrorPage = ({ reset }: { readonly reset: () => void }) => (
  <Box component="main" pt={{ base: 40, sm: 120 }}>
    <FailureState
      title="Something went wrong on this page"
      message="Try again. What you saved before isn’t affected."
      onRetry={reset}
    />
  </Box>
);

export default ErrorPage;
