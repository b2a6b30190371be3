import { Box } from '@mantine/core';
import type { Metadata } from 'next';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { paths } from '@/paths.ts';

export const metadata: Metadata = { title: 'Page not found' };

const NotFoundPage = () => (
  <Box component="main" pt={{ base: 40, sm: 120 }}>
    <NotFoundState title="There is no such page" path={paths.algorithms} label="Go to the algorithms">
      The address may be mistyped, or what it led to has been removed.
    </NotFoundState>
  </Box>
);

export default NotFoundPage;
