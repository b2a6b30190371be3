import { z } from 'zod';
import { PluginManifest } from './plugin-manifest.ts';
import type { PluginModule } from './read-plugin-module.ts';

/** What a verified module says about itself: its package and its manifest. Stored beside its bytes. */
export const ModuleDescription = z.object({
  packageName: z.string(),
  packageVersion: z.string(),
  ...PluginManifest.shape,
});
export type ModuleDescription = z.infer<typeof ModuleDescription>;

export const describeModule = ({ packageName, packageVersion, manifest }: PluginModule): ModuleDescription => ({
  packageName,
  packageVersion,
  ...manifest,
});
