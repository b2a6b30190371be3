'use client';
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';

/** The place in a list that comes in pages, and what to ask the backend for. */
export const usePages = () => {
  // the markers of the pages up to this one; the first page has none
  const [markers, setMarkers] = useState<readonly string[]>([]);
  const marker = markers.at(-1);
  return {
    request: { limit: '20', ...(marker !== undefined && { marker }) },
    isFirst: markers.length === 0,
    markers,
    setMarkers,
  };
};

interface PagesProps {
  readonly pages: ReturnType<typeof usePages>;
  /** of the next page; null on the last one */
  readonly next: string | null;
  readonly isLoading: boolean;
}

/** Leads to the next page and back; nothing where there is only one. */
export const Pages = ({ pages: { markers, setMarkers }, next, isLoading }: PagesProps) =>
  (markers.length > 0 || next !== null) && (
    <Group justify="space-between" px="lg" py="md" component="nav" aria-label="Pages">
      <Button
        variant="default"
        size="xs"
        disabled={markers.length === 0}
        onClick={() => setMarkers(markers.slice(0, -1))}
      >
        Previous
      </Button>
      <Text c="dimmed" fz="sm" role="status">
        Page {markers.length + 1}
      </Text>
      <Button
        variant="default"
        size="xs"
        disabled={next === null || isLoading}
        onClick={() => next !== null && setMarkers([...markers, next])}
      >
        Next
      </Button>
    </Group>
  );
