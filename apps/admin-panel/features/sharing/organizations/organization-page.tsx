'use client';
import { Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageHeader } from '@secret-store/ui';
import { failureOf, isError, isNotFound } from '@/api/failure.ts';
import { usePermission } from '@/features/session/session.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { MemberList } from './member-list.tsx';
import { OrganizationAlgorithms } from './organization-algorithms.tsx';
import { OrganizationRemoval } from './organization-removal.tsx';

export const OrganizationPage = ({ name }: { readonly name: string }) => {
  const trpc = useTRPC();
  const managesAll = usePermission('organizations.manage');
  const organization = useQuery(trpc.organizations.show.queryOptions({ organization: name }));
  if (organization.isError) {
    const failure = failureOf(organization.error);
    if (isNotFound(failure) || isError(failure, 'NotAuthorized', 'InputValidationError')) {
      return (
        <NotFoundState title={`No access to ${name}`} path={paths.organizations} label="Go to organizations">
          The organization may have been deleted, or you are not a member. Ask one of its admins.
        </NotFoundState>
      );
    }
  }
  const manages = managesAll || organization.data?.role === 'admin';
  return (
    <>
      <PageHeader
        title={name}
        description={organization.data?.displayName ?? 'Organization'}
        above={<BackLink path={paths.organizations} label="Organizations" />}
      />
      {organization.data ? (
        <>
          <MemberList organization={organization.data} manages={manages} />
          <OrganizationAlgorithms organization={organization.data} />
          {manages && <OrganizationRemoval organization={organization.data} />}
        </>
      ) : (
        <Paper withBorder>
          <QueryStates query={organization} what="the organization">
            {() => null}
          </QueryStates>
        </Paper>
      )}
    </>
  );
};
