import { Alert, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import type { Failure } from '@/api/failure.ts';

/** Why the store rejected a form, shown above its buttons. */
export const FormFailure = ({ failure, title }: { readonly failure: Failure | null; readonly title: string }) =>
  failure && (
    <Alert color="red" title={title} icon={<AlertIcon size={18} aria-hidden="true" />} role="alert">
      <Text fz="sm">{failure.message}</Text>
      {failure.reference && (
        <Text c="dimmed" fz="xs" ff="monospace" mt={4}>
          Request {failure.reference}
        </Text>
      )}
    </Alert>
  );
