'use client';
import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ChartProps } from './drawn-chart.tsx';

// most pages have no chart
const DrawnChart = lazy(async () => ({ default: (await import('./drawn-chart.tsx')).DrawnChart }));

/** Numbers over time, as a picture. The page that uses it shows the same as a table too. */
export const TimeChart = (props: ChartProps) => (
  <Suspense fallback={<Skeleton height={212} />}>
    <DrawnChart {...props} />
  </Suspense>
);
