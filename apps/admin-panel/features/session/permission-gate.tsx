'use client';
import { Button } from '@mantine/core';
import { LockIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import type { Permission } from '@secret-store/api/schemas';
import { EmptyState } from '@secret-store/ui';
import { paths } from '@/paths.ts';
import { PageLink } from '@/page/page-link.tsx';
import { useKnownSession, usePermission } from './session.tsx';

interface PermissionGateProps {
  readonly permission: Permission;
  readonly title?: string;
  readonly children: ReactNode;
}

/** Hides pages that the store would refuse to this user anyway, once it is known who that is. */
export const PermissionGate = ({
  permission,
  title = 'Only administrators can open this page',
  children,
}: PermissionGateProps) => {
  const session = useKnownSession();
  const isPermitted = usePermission(permission);
  if (session === null || isPermitted) return children;
  return (
    <EmptyState
      icon={<LockIcon size={24} />}
      title={title}
      isPage
      action={
        <Button component={PageLink} href={paths.algorithms} variant="default">
          Go to algorithms
        </Button>
      }
    >
      You&rsquo;re signed in as {session.username}. Ask an administrator.
    </EmptyState>
  );
};
