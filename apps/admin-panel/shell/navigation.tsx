'use client';
import { AppShell, Avatar, Button, Group, NavLink, Stack, Text } from '@mantine/core';
import {
  BookIcon,
  LogIcon,
  OrganizationIcon,
  CpuIcon,
  KeyIcon,
  PeopleIcon,
  PersonIcon,
  PlugIcon,
  ServerIcon,
  WebhookIcon,
  type Icon,
} from '@primer/octicons-react';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { Permission } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { roleWords } from '@/features/people/role-words.ts';
import { useSession } from '@/features/session/session.tsx';
import { notifyFailure } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';

const destinations: readonly { path: string; label: string; icon: Icon; permission?: Permission }[] = [
  { path: paths.algorithms, label: 'Algorithms', icon: CpuIcon },
  { path: paths.secrets, label: 'Secrets', icon: KeyIcon },
  { path: paths.providers, label: 'Secret providers', icon: PlugIcon, permission: 'providers.read' },
  { path: paths.workers, label: 'Workers', icon: ServerIcon, permission: 'workers.read' },
  { path: paths.users, label: 'Users', icon: PeopleIcon, permission: 'users.read' },
  { path: paths.organizations, label: 'Organizations', icon: OrganizationIcon, permission: 'organizations.read' },
  { path: paths.audit, label: 'Audit', icon: LogIcon, permission: 'audit.read' },
  { path: paths.webhooks, label: 'Webhooks', icon: WebhookIcon, permission: 'webhooks.read' },
  { path: paths.account, label: 'Your account', icon: PersonIcon },
  { path: paths.docs, label: 'Documentation', icon: BookIcon },
];

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

export const Navigation = () => {
  const session = useSession();
  const pathname = usePathname();
  return (
    <>
      <AppShell.Section grow px="sm" pt="xs" component="nav" aria-label="Main">
        <Stack gap={4}>
          {destinations
            .filter(
              ({ path, permission }) =>
                permission === undefined ||
                session.permissions.includes(permission) ||
                // members find their own
                (path === paths.organizations && session.organizations.length > 0),
            )
            .map(({ path, label, icon: Icon }) => {
              const isActive = pathname.startsWith(path);
              return (
                <NavLink
                  key={path}
                  component={Link}
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
        <Group gap="sm" wrap="nowrap" mb="md">
          <Avatar name={session.username} size={36} radius="xl" color="gray" aria-hidden="true" />
          <div style={{ minWidth: 0, flex: 1 }}>
            <Text fz="sm" fw={500} truncate>
              {session.username}
            </Text>
            <Text fz="xs" c="dimmed">
              {roleWords[session.role]}
            </Text>
          </div>
          <ColorSchemeToggle />
        </Group>
        <SignOut />
      </AppShell.Section>
    </>
  );
};
