'use client';
import { Text } from '@mantine/core';
import { ClockIcon } from '@primer/octicons-react';
import { useState } from 'react';
import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { ageInWords, isOld } from './value-age.ts';

/** A quiet reminder; nothing for a value that is not old. */
export const SecretAge = ({ secret }: { readonly secret: AlgorithmSecret }) => {
  const [now] = useState(() => new Date());
  return (
    isOld(secret, now) && (
      <Text c="dimmed" fz="xs" mt={2}>
        <ClockIcon size={12} aria-hidden="true" verticalAlign="middle" /> Not changed for {ageInWords(secret, now)}
      </Text>
    )
  );
};
