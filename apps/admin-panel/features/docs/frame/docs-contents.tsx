'use client';
import { NavLink, Stack, Text } from '@mantine/core';
import { usePathname } from 'next/navigation';
import { chapters } from '@/features/docs/contents.ts';
import { PageLink } from '@/page/page-link.tsx';

const links = chapters.map(({ title, guides }) => ({
  title,
  pages: guides.map((guide) => ({ path: `/docs/${guide.slug}`, title: guide.title })),
}));

const withApi = links.toSpliced(3, 0, { title: 'API', pages: [{ path: '/docs/api', title: 'REST API' }] });

export const DocsContents = () => {
  const pathname = usePathname();
  return (
    <Stack gap="lg" component="nav" aria-label="Documentation">
      {withApi.map(({ title, pages }) => (
        <div key={title}>
          <Text fz="xs" fw={600} c="dimmed" px="sm" mb={4}>
            {title}
          </Text>
          {pages.map((page) => (
            <NavLink
              key={page.path}
              component={PageLink}
              href={page.path}
              label={page.title}
              active={pathname === page.path}
              aria-current={pathname === page.path ? 'page' : undefined}
              py={6}
              style={{ borderRadius: 'var(--mantine-radius-md)' }}
            />
          ))}
        </div>
      ))}
    </Stack>
  );
};
