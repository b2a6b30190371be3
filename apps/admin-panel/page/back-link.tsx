'use client';
import { Anchor } from '@mantine/core';
import { ChevronLeftIcon } from '@primer/octicons-react';
import { PageLink } from './page-link.tsx';

export const BackLink = ({ path, label }: { readonly path: string; readonly label: string }) => (
  <Anchor
    component={PageLink}
    href={path}
    fz="sm"
    c="dimmed"
    style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}
  >
    <ChevronLeftIcon size={14} aria-hidden="true" />
    {label}
  </Anchor>
);
