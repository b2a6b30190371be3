'use client';
import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { paths } from '@/paths.ts';

export const NewProviderButton = () => {
  const router = useRouter();
  return (
    <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => router.push(paths.newProvider)}>
      New Provider
    </Button>
  );
};
