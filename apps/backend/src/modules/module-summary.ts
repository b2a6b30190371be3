import type { ModuleSummary } from '@secret-store/api';
import { z } from 'zod';

const StoredManifest = z.object({
  packageName: z.string(),
  packageVersion: z.string(),
  interfaceVersion: z.string(),
  factories: z.record(
    z.string(),
    z.object({
      displayName: z.string(),
      description: z.string().default(''),
      configuration: z
        .array(
          z.object({
            key: z.string(),
            label: z.string().optional(),
            description: z.string().optional(),
            required: z.boolean().optional(),
            secret: z.boolean().optional(),
            placeholder: z.string().optional(),
            kind: z.enum(['text', 'file']).default('text'),
          }),
        )
        .default([]),
      egress: z.array(z.string()).default([]),
    }),
  ),
});

/** A module's own words, from the manifest as it is stored. */
export const summariseModule = (sha256: string, manifest: unknown): ModuleSummary => {
  const { factories, ...rest } = StoredManifest.parse(manifest);
  return {
    sha256,
    ...rest,
    factories: Object.entries(factories).map(([className, factory]) => ({ className, ...factory })),
  };
};
