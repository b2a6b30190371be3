'use client';
import { Alert, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import { useEffect, useRef } from 'react';
import type { Failure } from '@/api/failure.ts';

interface FormFailureProps {
  readonly failure: Failure | null;
  readonly title: string;
  /** a field of the form says why */
  readonly isAtField?: boolean;
}

/** Why the store rejected a form, shown above its buttons. */
export const FormFailure = ({ failure, title, isAtField = false }: FormFailureProps) => {
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (failure !== null && !isAtField) alert.current?.scrollIntoView({ block: 'center' });
    // once for each failure, of which no two have the same reference
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [failure?.message, failure?.reference]);
  return (
    failure && (
      <Alert ref={alert} color="red" title={title} icon={<AlertIcon size={18} aria-hidden="true" />} role="alert">
        <Text fz="sm">{isAtField ? 'Correct what is marked above, then try again.' : failure.message}</Text>
        {failure.reference && !isAtField && (
          <Text c="dimmed" fz="xs" ff="monospace" mt={4}>
            Request {failure.reference}
          </Text>
        )}
      </Alert>
    )
  );
};
