'use client';
import { Anchor, AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { usePathname } from 'next/navigation';
import { useEffect, type ReactNode } from 'react';
import { Brand } from '@secret-store/ui';
import { paths } from '@/paths.ts';
import { DocsSearch } from '@/features/docs/search/docs-search.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { DocsContents } from './docs-contents.tsx';
import classes from './docs-frame.module.css';

/** The frame of the documentation, which needs no session: it says nothing of this store. */
export const DocsFrame = ({ children }: { readonly children: ReactNode }) => {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const pathname = usePathname();
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 264, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <AppShell.Header>
        <Group h="100%" px="md" gap="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              size="sm"
              hiddenFrom="sm"
              aria-label="Contents"
              aria-expanded={isOpen}
            />
            <Anchor
              component={PageLink}
              href={paths.algorithms}
              c="inherit"
              underline="never"
              aria-label="Secret Store"
            >
              <Brand />
            </Anchor>
          </Group>
          <DocsSearch />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="div" className={classes.navbar ?? ''}>
        <ScrollArea type="auto" offsetScrollbars="y" px="sm" py="lg">
          <DocsContents />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main>
        <div className={classes.content}>{children}</div>
      </AppShell.Main>
    </AppShell>
  );
};
