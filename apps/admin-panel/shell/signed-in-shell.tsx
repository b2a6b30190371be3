'use client';
import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure, useFocusReturn, useFocusTrap, useHotkeys } from '@mantine/hooks';
import { usePathname } from 'next/navigation';
import { Suspense, useEffect, type ReactNode } from 'react';
import { Brand } from '@secret-store/ui';
import { SessionGate } from '@/features/session/session-gate.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { Navigation } from './navigation.tsx';
import { NavigationProgress } from './navigation-progress.tsx';
import { OfflineNote } from './offline-note.tsx';
import classes from './signed-in-shell.module.css';

/** The frame of every signed-in page: navigation on the left, or behind a button on narrow screens. */
export const SignedInShell = ({ children }: { readonly children: ReactNode }) => {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const pathname = usePathname();
  useEffect(close, [pathname, close]);
  // on a narrow screen, the open navigation covers the page
  const navbar = useFocusTrap(isOpen);
  useFocusReturn({ opened: isOpen });
  useHotkeys(isOpen ? [['Escape', close]] : []);

  return (
    <SessionGate>
      <Suspense>
        <NavigationProgress />
      </Suspense>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <AppShell
        layout="alt"
        header={{ height: { base: 56, sm: 0 } }}
        navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={0}
      >
        <AppShell.Header hiddenFrom="sm">
          <Group h="100%" px="md" justify="space-between">
            <Brand />
            <SignedIn pending={null}>
              <Burger
                opened={isOpen}
                onClick={toggle}
                size="sm"
                aria-label="Toggle navigation"
                aria-expanded={isOpen}
              />
            </SignedIn>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar ref={navbar} className={classes.navbar ?? ''} component="aside" aria-label="Sidebar">
          <Group h={56} px="md" justify="space-between" wrap="nowrap" className={classes.brand ?? ''}>
            <Brand />
            <Burger opened onClick={close} size="sm" hiddenFrom="sm" aria-label="Close navigation" data-autofocus />
          </Group>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <div className={classes.content}>
            <OfflineNote />
            {children}
          </div>
        </AppShell.Main>
      </AppShell>
    </SessionGate>
  );
};
