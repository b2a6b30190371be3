'use client';
import { Alert, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import type { Failure } from '@/api/failure.ts';

interface FormFailureProps {
  readonly failure: Failure | null;
  readonly title: string;
  /** a field of the form says why */
  readonly isAtField?: boolean;
}

const intoSight = (alert: HTMLDivElement | null) => alert?.scrollIntoView({ block: 'center' });

/** Why the store rejected a form, shown above its buttons. */
export const FormFailure = ({ failure, title, isAtField = false }: FormFailureProps) =>
  failure && (
    <Alert
      // one for each failure, of which no two have the same reference: it comes into sight when it is there
      key={`${failure.reference} ${failure.message}`}
      ref={isAtField ? null : intoSight}
      color="red"
      title={title}
      icon={<AlertIcon size={18} aria-hidden="true" />}
      role="alert"
    >
      <Text fz="sm">{isAtField ? 'Fix the marked fields, then try again.' : failure.message}</Text>
      {failure.reference && !isAtField && (
        <Text c="dimmed" fz="xs" ff="monospace" mt={4}>
          Request {failure.reference}
        </Text>
      )}
    </Alert>
  );
