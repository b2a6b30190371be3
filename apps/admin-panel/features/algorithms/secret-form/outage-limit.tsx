'use client';
import type { NumberInputProps } from '@mantine/core';
import { UnitInput } from '@secret-store/ui';

/** What the field holds: empty where the secret has no limit of its own. */
export type OutageLimit = number | string;

/** As the store takes it. */
export const staleSecondsOf = (limit: OutageLimit): number | null => (limit === '' ? null : Number(limit));

export const OutageLimitInput = (input: NumberInputProps) => (
  <UnitInput
    unit="seconds"
    label="Limit for outages"
    description="How long workers keep serving this value while the store or the vault can’t be reached. 0: not at all. Leave empty to use the provider’s limit."
    placeholder="The provider’s limit"
    {...input}
  />
);
