import { ModuleDescription } from '@secret-store/plugin-host';
import type { Dependencies } from '../dependencies.ts';

/** What a stored module says of itself; null where nothing is stored that does. */
export const storedManifest = async (
  { db }: Pick<Dependencies, 'db'>,
  sha256: string | null,
): Promise<ModuleDescription | null> => {
  if (sha256 === null) return null;
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { manifest: true } });
  return ModuleDescription.nullable()
    .catch(null)
    .parse(row?.manifest ?? null);
};
