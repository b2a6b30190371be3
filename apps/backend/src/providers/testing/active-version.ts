import type { TestBackend } from '../../http/testing/test-backend.ts';

type Stored = { readonly deps: Pick<TestBackend['deps'], 'db'> };

/** The row of what a provider runs. */
export const activeVersion = async ({ deps }: Stored, providerId: string) => {
  const { prisma } = deps.db;
  const { activeNumber } = await prisma.provider.findUniqueOrThrow({ where: { id: providerId } });
  return prisma.providerVersion.findUniqueOrThrow({
    where: { providerId_number: { providerId, number: activeNumber ?? 0 } },
  });
};
