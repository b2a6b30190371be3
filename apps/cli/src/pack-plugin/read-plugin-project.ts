import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PackError } from './pack-error.ts';

const Project = z.object({
  name: z.string(),
  /** where the source begins, relative to the folder */
  source: z.string().default('src/plugin.ts'),
  secretProvider: z.object({ entry: z.string() }),
});

export interface PluginProject {
  readonly name: string;
  readonly source: string;
  readonly entry: string;
  readonly packageJson: Buffer;
}

/** What a plugin's package.json says to the packer. The full check is the host's, on the packed file. */
export const readPluginProject = async (directory: string): Promise<PluginProject> => {
  const file = path.join(directory, 'package.json');
  const packageJson = await readFile(file).catch((cause: unknown) => {
    throw new PackError(`${file} cannot be read; name the folder of a provider`, { cause });
  });
  const project = Project.safeParse(parse(packageJson, file));
  if (!project.success) {
    throw new PackError(`${file} is not a plugin's: it needs name and secretProvider with entry; create-provider writes one to begin with`);
  }
  const { name, source, secretProvider } = project.data;
  return { name, source, entry: secretProvider.entry, packageJson };
};

const parse = (content: Buffer, file: string): unknown => {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new PackError(`${file} is not JSON`, { cause });
  }
};
