import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bundledSources } from '@secret-store/bundle';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');

const Project = z.object({
  targets: z.object({ build: z.object({ command: z.string(), inputs: z.array(z.unknown()) }) }),
});
const ListedProjects = z.object({ input: z.literal('production'), projects: z.array(z.string()) });

/** Projects whose folder has a different name. */
const folderOf = (name: string) => (name === 'bundle' ? 'tools/bundle' : `libs/${name}`);

const listedIn = ({ targets }: z.infer<typeof Project>) =>
  targets.build.inputs.flatMap((input) => ListedProjects.safeParse(input).data?.projects ?? []).map(folderOf);

const programsOf = ({ targets }: z.infer<typeof Project>) =>
  [...targets.build.command.matchAll(/(\S+\.ts) \S+\.[cm]js/g)].flatMap(([, entry]) => entry ?? []);

/** These have arrows to projects that they use only in tests or only for types, where an edit rebuilds nothing. */
test.each(['apps/cli', 'apps/worker-node', 'tools'])(
  'the build of %s lists as inputs every project that it bundles',
  async (folder) => {
    const project = Project.parse(JSON.parse(readFileSync(path.join(root, folder, 'project.json'), 'utf8')));
    const sources = (await Promise.all(programsOf(project).map((entry) => bundledSources(entry)))).flat();
    expect(sources.length).toBeGreaterThan(20);
    const own = new Set([folder, ...listedIn(project)]);
    const strangers = sources.filter((file) => ![...own].some((known) => file.startsWith(`${known}/`)));
    expect([...new Set(strangers)]).toEqual([]);
  },
);
