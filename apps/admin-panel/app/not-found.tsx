import { Box } from '@mantine/core';
import type { Metadata } from 'next';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { paths } from '@/paths.ts';

export const metadata: Metadata = { title: 'Page not found' };

const NotFoundPage = () => (
  <Box component="main" pt={{ base: 40, sm: 120 }}>
    <NotFoundState title="Page not found" path={paths.algorithms} label="Go to algorithms">
      Check the address; it may have been removed.
    </NotFoundState>
  </Box>
);

export default NotFoundPage;
