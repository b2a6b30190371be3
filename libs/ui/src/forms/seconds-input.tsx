'use client';
import { NumberInput, type NumberInputProps } from '@mantine/core';

/** A whole number of seconds, 0 or more. */
export const SecondsInput = (input: NumberInputProps) => (
  <NumberInput min={0} allowDecimal={false} suffix=" seconds" w={{ base: '100%', xs: 240 }} {...input} />
);
