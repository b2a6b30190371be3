'use client';
import { Anchor } from '@mantine/core';
import { ChevronLeftIcon } from '@primer/octicons-react';
import Link from 'next/link';

export const BackLink = ({ path, label }: { readonly path: string; readonly label: string }) => (
  <Anchor
    component={Link}
    href={path}
    fz="sm"
    c="dimmed"
    style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}
  >
    <ChevronLeftIcon size={14} aria-hidden="true" />
    {label}
  </Anchor>
);
