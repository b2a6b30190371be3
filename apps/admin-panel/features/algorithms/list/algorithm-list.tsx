'use client';
import { Anchor, Button, Text } from '@mantine/core';
import { CpuIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { Algorithm } from '@secret-store/api/schemas';
import { EmptyState, type RecordColumn } from '@secret-store/ui';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

const columns: RecordColumn<Algorithm>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ id, owner, name }) => (
      <Anchor id={`algorithm-${id}`} component={Link} href={paths.algorithmSettings(owner, name)} fw={500}>
        <Text span c="dimmed" inherit>
          {owner}/
        </Text>
        {name}
      </Anchor>
    ),
  },
  {
    title: 'Actions',
    isActions: true,
    render: ({ id, owner, name }) => (
      <Button
        component={Link}
        href={paths.algorithmSettings(owner, name)}
        variant="default"
        size="xs"
        aria-describedby={`algorithm-${id}`}
      >
        Settings
      </Button>
    ),
  },
];

interface AlgorithmListProps {
  readonly owner: string | undefined;
  readonly onCreate: () => void;
}

export const AlgorithmList = ({ owner, onCreate }: AlgorithmListProps) => {
  const trpc = useTRPC();
  const pages = usePages();
  const query = useQuery(
    trpc.algorithms.list.queryOptions({ owner, ...pages.request }, { placeholderData: keepPreviousData }),
  );

  return (
    <PagedRecords
      query={query}
      what="the algorithms"
      pages={pages}
      label="Algorithms"
      columns={columns}
      keyOf={({ id }) => id}
      empty={
        <EmptyState
          icon={<CpuIcon size={24} />}
          title={owner === undefined ? 'No algorithms yet' : `No algorithms owned by “${owner}”`}
          action={owner === undefined && <Button onClick={onCreate}>Create an algorithm</Button>}
        >
          {owner === undefined
            ? 'Create an algorithm and add its secrets. A worker passes them to it as environment variables.'
            : 'Enter the exact account name.'}
        </EmptyState>
      }
    />
  );
};
