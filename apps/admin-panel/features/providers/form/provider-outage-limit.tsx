'use client';
import { NumberInput, type NumberInputProps } from '@mantine/core';

export const ProviderOutageLimit = (input: NumberInputProps) => (
  <NumberInput
    label="Limit for outages"
    description="Seconds for which workers go on with what they know while the store or the vault can’t be reached. 0: never. A secret can have a limit of its own."
    min={0}
    allowDecimal={false}
    w={{ base: '100%', xs: 240 }}
    {...input}
  />
);
