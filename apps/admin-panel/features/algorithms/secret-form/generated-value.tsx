'use client';
import { Stack, Switch } from '@mantine/core';
import { UnitInput } from '@secret-store/ui';
import type { ReactNode } from 'react';

interface GeneratedValueFieldProps {
  readonly isGenerated: boolean;
  readonly length: number | string;
  readonly error?: ReactNode;
  readonly onToggle: (isGenerated: boolean) => void;
  readonly onLength: (length: number | string) => void;
  /** the field for a value that is typed */
  readonly children: ReactNode;
}

/** A value is typed, or made by the store from letters and digits so that nobody ever sees it. */
export const GeneratedValueField = (props: GeneratedValueFieldProps) => (
  <Stack gap="sm">
    {!props.isGenerated && props.children}
    <Switch
      label="Generate at random"
      description="From letters and digits. Nobody sees it, and the algorithm gets it like any other."
      checked={props.isGenerated}
      onChange={({ currentTarget: { checked } }) => props.onToggle(checked)}
    />
    {props.isGenerated && (
      <UnitInput
        label="Length"
        unit="characters"
        min={8}
        max={4_096}
        value={props.length}
        error={props.error}
        onChange={props.onLength}
      />
    )}
  </Stack>
);
