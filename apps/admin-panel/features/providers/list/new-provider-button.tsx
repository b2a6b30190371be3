'use client';
import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { usePermission } from '@/features/session/session.tsx';
import { paths } from '@/paths.ts';

export const NewProviderButton = () => {
  const router = useRouter();
  const manages = usePermission('providers.manage');
  if (!manages) return null;
  return (
    <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => router.push(paths.newProvider)}>
      New Provider
    </Button>
  );
};
