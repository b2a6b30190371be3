'use client';
import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { LoadingRows } from '@secret-store/ui';
import { useKnownSession } from './session.tsx';

interface SignedInProps {
  /** what stands there until it is known who is signed in */
  readonly pending?: ReactNode;
  readonly children: ReactNode;
}

const pendingPage = (
  <Paper withBorder>
    <LoadingRows label="Loading the page" />
  </Paper>
);

/**
 * The part of a page that depends on who is signed in. What stands outside it, such as the page's title, is in the HTML, and is painted
 * before the scripts have loaded.
 */
export const SignedIn = ({ pending = pendingPage, children }: SignedInProps) =>
  useKnownSession() === null ? pending : children;
