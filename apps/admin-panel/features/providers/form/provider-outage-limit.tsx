'use client';
import type { NumberInputProps } from '@mantine/core';
import { UnitInput } from '@secret-store/ui';

export const ProviderOutageLimit = (input: NumberInputProps) => (
  <UnitInput
    unit="seconds"
    label="Limit for outages"
    description="How long workers keep serving the last known values while the store or the vault can’t be reached. 0: not at all. A secret can have its own limit."
    {...input}
  />
);
