'use client';
import { Button } from '@mantine/core';
import { TelescopeIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import { EmptyState } from '@secret-store/ui';
import { PageLink } from './page-link.tsx';

interface NotFoundStateProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly path: string;
  readonly label: string;
}

export const NotFoundState = ({ title, children, path, label }: NotFoundStateProps) => (
  <EmptyState
    icon={<TelescopeIcon size={24} />}
    title={title}
    isPage
    action={
      <Button component={PageLink} href={path} variant="default">
        {label}
      </Button>
    }
  >
    {children}
  </EmptyState>
);
