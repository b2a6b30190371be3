'use client';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { PlusIcon, SearchIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { PageHeader, Section } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { paths } from '@/paths.ts';
import { AlgorithmList } from './algorithm-list.tsx';

export const AlgorithmsPage = () => {
  const router = useRouter();
  const readsAll = usePermission('algorithms.read');
  const [typed, setTyped] = useState('');
  const [owner] = useDebouncedValue(typed.trim(), 250);
  const create = () => router.push(paths.newAlgorithm);

  return (
    <>
      <PageHeader
        title="Algorithms"
        description="Each algorithm has its own secrets. A worker passes them to it as environment variables when it starts."
        actions={
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={create}>
            New Algorithm
          </Button>
        }
      />
      <Section
        title={readsAll ? 'All algorithms' : 'Your algorithms'}
        isFlush
        actions={
          readsAll && (
            <TextInput
              type="search"
              aria-label="Filter by owner"
              placeholder="Filter by owner"
              leftSection={<SearchIcon size={16} aria-hidden="true" />}
              w={{ base: '100%', xs: 260 }}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )
        }
      >
        <AlgorithmList key={owner} owner={owner === '' ? undefined : owner} onCreate={create} />
      </Section>
    </>
  );
};
