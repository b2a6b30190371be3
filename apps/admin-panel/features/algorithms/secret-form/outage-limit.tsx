'use client';
import { NumberInput, type NumberInputProps } from '@mantine/core';

/** What the field holds: empty where the secret has no limit of its own. */
export type OutageLimit = number | string;

/** As the store takes it. */
export const staleSecondsOf = (limit: OutageLimit): number | null => (limit === '' ? null : Number(limit));

export const OutageLimitInput = (input: NumberInputProps) => (
  <NumberInput
    label="Limit for outages"
    description="Seconds for which workers go on with this value while the store or the vault can’t be reached. 0: never. Leave empty to use the provider’s limit."
    placeholder="As the provider says"
    min={0}
    allowDecimal={false}
    w={{ base: '100%', xs: 240 }}
    {...input}
  />
);
