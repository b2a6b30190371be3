import { Box, Skeleton, Stack, VisuallyHidden } from '@mantine/core';

interface LoadingRowsProps {
  readonly label: string;
  readonly rows?: number;
}

/** The outline of a list while it loads. */
export const LoadingRows = ({ label, rows = 3 }: LoadingRowsProps) => (
  <Box px="lg" py="md" role="status">
    <VisuallyHidden>{label}</VisuallyHidden>
    <Stack gap="lg" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <Box key={row}>
          <Skeleton height={14} width={`${44 - row * 6}%`} mb={8} />
          <Skeleton height={10} width={`${72 - row * 9}%`} />
        </Box>
      ))}
    </Stack>
  </Box>
);
