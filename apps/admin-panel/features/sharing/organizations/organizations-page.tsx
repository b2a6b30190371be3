'use client';
import { Anchor, Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { OrganizationIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import type { OrganizationInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, PageHeader, RecordTable, type RecordColumn, Section } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { OrganizationCreateForm } from './organization-create-form.tsx';
import { organizationRoleWords } from './organization-words.ts';

const columns: RecordColumn<OrganizationInfo>[] = [
  {
    title: 'Organization',
    isName: true,
    render: ({ name, displayName }) => (
      <div>
        <Anchor component={PageLink} href={paths.organization(name)} fw={500} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
        <Text c="dimmed" fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {displayName}
        </Text>
      </div>
    ),
  },
  {
    title: 'Your role',
    render: ({ role }) => <Text fz="sm">{role === null ? 'Not a member' : organizationRoleWords[role]}</Text>,
  },
  {
    title: 'Created',
    render: ({ created }) => (
      <Text fz="sm" c="dimmed">
        <DateTime value={created} />
      </Text>
    ),
  },
];

const OrganizationList = ({ manages }: { readonly manages: boolean }) => {
  const trpc = useTRPC();
  const organizations = useQuery(trpc.organizations.list.queryOptions());
  return (
    <Section title="All organizations" isFlush>
      <QueryStates query={organizations} what="the organizations">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<OrganizationIcon size={24} />} title="No organizations yet">
              {manages
                ? 'Create one for each team that shares algorithms.'
                : 'You are not a member of an organization. An administrator creates organizations.'}
            </EmptyState>
          ) : (
            <RecordTable label="Organizations" columns={columns} items={all} keyOf={({ id }) => id} />
          )
        }
      </QueryStates>
    </Section>
  );
};

export const OrganizationsPage = () => {
  const manages = usePermission('organizations.manage');
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Organizations"
        description="An organization owns algorithms. Its members share them."
        actions={
          manages && (
            <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={open}>
              New organization
            </Button>
          )
        }
      />
      <SignedIn>
        <OrganizationList manages={manages} />
        <FormModal opened={isOpen} onClose={close} title="New organization">
          <OrganizationCreateForm onDone={close} />
        </FormModal>
      </SignedIn>
    </>
  );
};
