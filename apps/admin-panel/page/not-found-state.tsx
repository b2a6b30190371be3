'use client';
import { Button } from '@mantine/core';
import { TelescopeIcon } from '@primer/octicons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { EmptyState } from '@secret-store/ui';

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
      <Button component={Link} href={path} variant="default">
        {label}
      </Button>
    }
  >
    {children}
  </EmptyState>
);
