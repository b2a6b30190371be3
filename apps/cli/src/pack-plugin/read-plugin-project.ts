import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { packProblem } from './pack-problem.ts';

const Project = z.object({
  name: z.string(),
  /** the source's entry point, relative to the folder */
  source: z.string().min(1).default('src/plugin.ts'),
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
    throw packProblem(`${file} cannot be read; choose the folder of a provider`, { cause });
  });
  const project = Project.safeParse(parse(packageJson, file));
  if (!project.success) {
    const field = project.error.issues[0]?.path.join('.') || 'its content';
    throw packProblem(
      `${file} does not describe a plugin: ${field} is missing or not a string; start from a project that create-provider writes`,
    );
  }
  const { name, source, secretProvider } = project.data;
  return { name, source, entry: secretProvider.entry, packageJson };
};

const parse = (content: Buffer, file: string): unknown => {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw packProblem(`${file} is not JSON`, { cause });
  }
};
