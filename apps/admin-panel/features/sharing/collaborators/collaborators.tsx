'use client';
import { PeopleIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Algorithm, CollaboratorRole } from '@secret-store/api/schemas';
import { EmptyState } from '@secret-store/ui';
import type { RoleChoice } from '@/features/sharing/grant-form.tsx';
import { GrantSection } from '@/features/sharing/grant-section.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

const GrantForm = loadedPart(
  'the form for a collaborator',
  async () => (await import('@/features/sharing/grant-form.tsx')).GrantForm<CollaboratorRole>,
);

interface CollaboratorsProps {
  readonly algorithm: Algorithm;
  /** whether the person chooses who has a role here */
  readonly manages: boolean;
}

const roles: readonly [RoleChoice<CollaboratorRole>, ...RoleChoice<CollaboratorRole>[]] = [
  { value: 'manager', label: 'Manager: changes secrets' },
  { value: 'viewer', label: 'Viewer: sees names, changes nothing' },
];
const words: Readonly<Record<CollaboratorRole, string>> = { manager: 'Manager', viewer: 'Viewer' };

/** Who else has a role on an algorithm. */
export const Collaborators = ({ algorithm: { id: algorithmId, owner, name }, manages }: CollaboratorsProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const collaborators = useQuery(trpc.collaborators.list.queryOptions({ algorithmId }));
  const refresh = () => queryClient.invalidateQueries(trpc.collaborators.pathFilter());
  return (
    <GrantSection
      title="Collaborators"
      description={`Users with a role on this algorithm, beside ${owner}. No role can view a value.`}
      one="collaborator"
      roles={roles}
      form={GrantForm}
      words={words}
      from={`${owner}/${name}`}
      manages={manages}
      losing={`loses the role on ${owner}/${name} with the next request. The secrets stay as they are.`}
      onPut={async (grant) => {
        await client.collaborators.put.mutate({ algorithmId, ...grant });
        await refresh();
      }}
      onRemove={async (username) => {
        await client.collaborators.remove.mutate({ algorithmId, username });
        await refresh();
      }}
    >
      {(table) => (
        <QueryStates query={collaborators} what="the collaborators">
          {(all) =>
            all.length === 0 ? (
              <EmptyState icon={<PeopleIcon size={24} />} title="No collaborators">
                {manages
                  ? 'Add a user who manages the secrets of this algorithm, or sees their names.'
                  : 'Its owner can give other users a role on this algorithm.'}
              </EmptyState>
            ) : (
              table(all)
            )
          }
        </QueryStates>
      )}
    </GrantSection>
  );
};
