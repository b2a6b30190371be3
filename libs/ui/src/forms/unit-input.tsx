'use client';
import { NumberInput, Text, type NumberInputProps } from '@mantine/core';

interface UnitInputProps extends NumberInputProps {
  /** shown in the field, after the number */
  readonly unit: string;
}

/** A whole number of something, 0 or more. */
export const UnitInput = ({ unit, ...input }: UnitInputProps) => (
  <NumberInput
    min={0}
    allowDecimal={false}
    rightSection={
      <Text fz="sm" c="dimmed">
        {unit}
      </Text>
    }
    rightSectionWidth={`${unit.length + 3}ch`}
    styles={{ wrapper: { maxWidth: 240 } }}
    {...input}
  />
);
