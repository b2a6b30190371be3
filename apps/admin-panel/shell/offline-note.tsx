'use client';
import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';

export const OfflineNote = () => {
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <Alert color="yellow" title="You’re offline" mb="lg">
          Nothing can be loaded or saved until the connection is back. What you typed stays here.
        </Alert>
      )}
    </div>
  );
};
