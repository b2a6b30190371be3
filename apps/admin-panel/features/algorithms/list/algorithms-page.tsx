'use client';
import { Button, Group, NativeSelect } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { useDeferredValue } from 'react';
import { PageHeader, Section, ShownTogether } from '@secret-store/ui';
import { FirstSteps } from '@/features/first-steps/first-steps.tsx';
import { useFirstStepsQuery } from '@/features/first-steps/use-first-steps.ts';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { pageOf, searchOf, useAddressState } from '@/page/address-state.ts';
import { SearchField } from '@/page/search-field.tsx';
import { paths } from '@/paths.ts';
import { AlgorithmList } from './algorithm-list.tsx';

interface CreatorProps {
  /** null: they may not */
  readonly onCreate: (() => void) | null;
}

const AlgorithmSearch = ({ onCreate }: CreatorProps) => {
  const readsAll = usePermission('algorithms.read');
  const setsUp = usePermission('providers.manage');
  const firstSteps = useFirstStepsQuery(setsUp);
  // together with the steps
  const isReady = useDeferredValue(!firstSteps.isLoading);
  const [{ q, sort, page }, change] = useAddressState(['q', 'sort', 'page']);
  return (
    <ShownTogether isReady={isReady} what="the algorithms">
      {setsUp && <FirstSteps />}
      <Section
        title={readsAll ? 'All algorithms' : 'Your algorithms'}
        isFlush
        actions={
          <Group gap="sm">
            <SearchField
              label="Search algorithms"
              searched={searchOf(q)}
              onSearch={(next) => change({ q: next, page: '' })}
            />
            <NativeSelect
              aria-label="Sort by"
              data={[
                { value: '', label: 'By name' },
                { value: 'modified', label: 'Last updated first' },
              ]}
              value={sort}
              onChange={({ currentTarget: { value } }) => change({ sort: value, page: '' })}
            />
          </Group>
        }
      >
        <AlgorithmList
          search={searchOf(q)}
          sort={sort === 'modified' ? 'modified' : 'name'}
          page={pageOf(page)}
          onPage={(next) => change({ page: next === 1 ? '' : String(next) })}
          onCreate={onCreate}
        />
      </Section>
    </ShownTogether>
  );
};

export const AlgorithmsPage = () => {
  const router = useRouter();
  const onCreate = usePermission('own-algorithms.manage') ? () => router.push(paths.newAlgorithm) : null;
  return (
    <>
      <PageHeader
        title="Algorithms"
        description="Each algorithm has its own secrets. A worker passes them to it as environment variables when it starts."
        actions={
          onCreate !== null && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={onCreate}>
              New Algorithm
            </Button>
          )
        }
      />
      <SignedIn>
        <AlgorithmSearch onCreate={onCreate} />
      </SignedIn>
    </>
  );
};
