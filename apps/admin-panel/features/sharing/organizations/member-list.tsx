'use client';
import { useQueryClient } from '@tanstack/react-query';
import type { OrganizationDetails, OrganizationRole } from '@secret-store/api/schemas';
import { GrantSection } from '@/features/sharing/grant-section.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { organizationRoles, organizationRoleWords } from './organization-words.ts';

const GrantForm = loadedPart(
  'the form for a member',
  async () => (await import('@/features/sharing/grant-form.tsx')).GrantForm<OrganizationRole>,
);

interface MemberListProps {
  readonly organization: OrganizationDetails;
  /** whether the person chooses the members */
  readonly manages: boolean;
}

export const MemberList = ({ organization: { name, members }, manages }: MemberListProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const refresh = async () => {
    await queryClient.invalidateQueries(trpc.organizations.pathFilter());
    // one's own role may be another one now
    void queryClient.invalidateQueries(trpc.session.pathFilter());
  };
  const lasting = members.filter(({ role, expires }) => role === 'admin' && expires === null);
  return (
    <GrantSection
      title="Members"
      description={
        manages
          ? 'A changed role applies to the person’s next request. No role can view a value.'
          : 'Admins of the organization choose its members.'
      }
      one="member"
      roles={organizationRoles}
      form={GrantForm}
      words={organizationRoleWords}
      from={name}
      manages={manages}
      isFirst
      refusalOf={({ role, expires }) =>
        role === 'admin' && expires === null && lasting.length === 1
          ? 'The last admin without an end date stays. Make another member an admin first.'
          : null
      }
      losing={`loses the role in ${name}, and with it the access to its algorithms, with the next request.`}
      onPut={async (grant) => {
        await client.organizations.putMember.mutate({ organization: name, ...grant });
        await refresh();
      }}
      onRemove={async (username) => {
        await client.organizations.removeMember.mutate({ organization: name, username });
        await refresh();
      }}
    >
      {(table) => table(members)}
    </GrantSection>
  );
};
