'use client';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Algorithm } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { useChangesSecretsOf } from '@/features/session/session.tsx';
import { useTRPC } from '@/trpc.ts';

interface TargetFieldProps {
  readonly sourceId: string;
  readonly target: Algorithm | null;
  readonly isDisabled: boolean;
  readonly onChoose: (target: Algorithm) => void;
}

const typingMilliseconds = 200;
const nameOf = ({ owner, name }: Algorithm) => `${owner}/${name}`;

/** Another algorithm that one manages, found by a part of its name. */
export const TargetField = ({ sourceId, target, isDisabled, onChoose }: TargetFieldProps) => {
  const trpc = useTRPC();
  const changesSecretsOf = useChangesSecretsOf();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), typingMilliseconds);
  const found = useQuery(
    trpc.algorithms.search.queryOptions(
      { ...(search !== '' && { search }), sort: 'name', page: 1 },
      { placeholderData: keepPreviousData },
    ),
  );
  const others = (found.data?.results ?? []).filter(({ id, owner }) => id !== sourceId && changesSecretsOf(owner));
  const offered: readonly Algorithm[] =
    target === null || others.some(({ id }) => id === target.id) ? others : [target, ...others];
  return (
    <Select
      label="To algorithm"
      description="One of those that you manage."
      placeholder="Type a part of its name"
      searchable
      withCheckIcon={false}
      data-autofocus
      disabled={isDisabled}
      allowDeselect={false}
      data={offered.map((algorithm) => ({ value: algorithm.id, label: nameOf(algorithm) }))}
      // the store has searched already, also by variables
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? 'Searching…' : 'You manage no other algorithm with this name.'}
      error={found.isError ? failureOf(found.error).message : undefined}
      searchValue={typed}
      onSearchChange={setTyped}
      value={target?.id ?? null}
      onChange={(id) => {
        const chosen = offered.find((algorithm) => algorithm.id === id);
        if (chosen) onChoose(chosen);
      }}
    />
  );
};
