'use client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

interface SingleSignOnProps {
  /** a path of this site, to come back to */
  readonly next: string;
}

/** A button for each identity provider. Where they can’t be loaded, the other ways in are still there. */
export const SingleSignOn = ({ next }: SingleSignOnProps) => {
  const trpc = useTRPC();
  const connections = useQuery(trpc.session.connections.queryOptions());
  return connections.data?.map(({ name, displayName }) => (
    <Button key={name} component="a" href={paths.startSignIn(name, next)} variant="default" fullWidth>
      Continue with {displayName}
    </Button>
  ));
};
