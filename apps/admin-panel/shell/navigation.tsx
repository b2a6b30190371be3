'use client';
import { AppShell, Avatar, Box, Button, Group, NavLink, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { failureOf } from '@/api/failure.ts';
import { roleWords } from '@/features/people/role-words.ts';
import { useKnownSession, useSession } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { destinationsFor, destinationsOfEverybody } from '@/page/destinations.ts';
import { notifyFailure } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { PaletteOpener } from './palette-opener.tsx';

const SignOut = () => {
  const trpc = useTRPC();
  const signOut = useMutation(
    trpc.session.signOut.mutationOptions({
      // a full page load, so that nothing of this session stays in memory
      onSuccess: () => window.location.assign(paths.signIn()),
      onError: (error) => notifyFailure('Couldn’t sign out', failureOf(error)),
    }),
  );
  return (
    <Button variant="default" size="xs" loading={signOut.isPending} onClick={() => signOut.mutate()}>
      Sign out
    </Button>
  );
};

const Person = () => {
  const { username, role } = useSession();
  return (
    <>
      <Group gap="sm" wrap="nowrap" mb="md">
        <Avatar name={username} size={36} radius="xl" color="gray" aria-hidden="true" />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text fz="sm" fw={500} truncate>
            {username}
          </Text>
          <Text fz="xs" c="dimmed">
            {roleWords[role]}
          </Text>
        </div>
        <ColorSchemeToggle />
      </Group>
      <SignOut />
    </>
  );
};

export const Navigation = () => {
  const session = useKnownSession();
  const destinations = session === null ? destinationsOfEverybody : destinationsFor(session);
  const pathname = usePathname();
  return (
    <>
      <AppShell.Section px="sm" pt="xs">
        <SignedIn pending={<Skeleton height={36} />}>
          <PaletteOpener />
        </SignedIn>
      </AppShell.Section>
      <AppShell.Section grow px="sm" pt="xs" component="nav" aria-label="Main">
        <Stack gap={4}>
          {destinations.map(({ path, label, icon: Icon }) => {
            const isActive = pathname.startsWith(path);
            return (
              <NavLink
                key={path}
                component={PageLink}
                href={path}
                label={label}
                active={isActive}
                aria-current={isActive ? 'page' : undefined}
                leftSection={<Icon size={18} aria-hidden="true" />}
                style={{ borderRadius: 'var(--mantine-radius-md)', fontWeight: 500 }}
              />
            );
          })}
        </Stack>
      </AppShell.Section>
      <AppShell.Section p="md" style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
        <SignedIn pending={<Box h={86} />}>
          <Person />
        </SignedIn>
      </AppShell.Section>
    </>
  );
};
