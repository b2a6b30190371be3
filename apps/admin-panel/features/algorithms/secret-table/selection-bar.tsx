'use client';
import { Button, Checkbox, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface SelectionBarProps {
  /** how many rows are shown */
  readonly shown: number;
  /** how many of those are ticked */
  readonly tickedHere: number;
  /** also on other pages */
  readonly ticked: number;
  readonly onTickAll: (isTicked: boolean) => void;
  readonly onClear: () => void;
  /** what can be done with those that are ticked */
  readonly children: ReactNode;
}

/** Ticks all rows that are shown, and offers what can be done with what is ticked. */
export const SelectionBar = ({ shown, tickedHere, ticked, onTickAll, onClear, children }: SelectionBarProps) => (
  <Group gap="sm" px="lg" pb="sm" mih={42}>
    <Checkbox
      label="Select all on this page"
      checked={tickedHere === shown}
      indeterminate={tickedHere > 0 && tickedHere < shown}
      onChange={({ currentTarget: { checked } }) => onTickAll(checked)}
    />
    <Text c="dimmed" fz="sm" role="status">
      {ticked > 0 && `${ticked.toLocaleString()} selected`}
    </Text>
    {ticked > 0 && (
      <>
        {children}
        <Button variant="subtle" color="gray" size="xs" onClick={onClear}>
          Clear selection
        </Button>
      </>
    )}
  </Group>
);
