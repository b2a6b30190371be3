'use client';
import { useState } from 'react';
import type { OrganizationDetails } from '@secret-store/api/schemas';
import { Section } from '@secret-store/ui';
import { AlgorithmList } from '@/features/algorithms/list/algorithm-list.tsx';

export const OrganizationAlgorithms = ({
  organization: { name },
}: {
  readonly organization: Pick<OrganizationDetails, 'name'>;
}) => {
  const [page, setPage] = useState(1);
  return (
    <Section title="Algorithms" description={`Those that ${name} owns and that you may see.`} isFlush>
      <AlgorithmList owner={name} search="" sort="name" page={page} onPage={setPage} onCreate={null} />
    </Section>
  );
};
