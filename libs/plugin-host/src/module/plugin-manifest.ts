import { z } from 'zod';

const plainText = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must not contain U+0000 or an unpaired surrogate');

const className = z.string().regex(/^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/, 'must be the name of an exported class');

export const ConfigurationField = z.strictObject({
  key: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, _, . or -'),
  label: plainText(128).optional(),
  description: plainText(1000).optional(),
  required: z.boolean().default(false),
  secret: z.boolean().default(false),
  /** `file`: the administrator gives a path, the host reads it at each start, and the plugin gets what the file holds */
  kind: z.enum(['text', 'file']).default('text'),
  placeholder: plainText(1000).optional(),
  /** the heading under which the form shows the optional keys that have it */
  group: plainText(128).min(1).optional(),
});
export type ConfigurationField = z.infer<typeof ConfigurationField>;

export const PluginFactory = z
  .strictObject({
    displayName: plainText(128).min(1),
    description: plainText(1000).default(''),
    maxValueBytes: z.int().min(1).max(65_536).default(65_536),
    configuration: z.array(ConfigurationField).max(64).default([]),
    egress: z.array(z.string().max(300)).max(32).default([]),
  })
  .refine((factory) => new Set(factory.configuration.map((field) => field.key)).size === factory.configuration.length, {
    path: ['configuration'],
    message: 'must name each key once',
  });
export type PluginFactory = z.infer<typeof PluginFactory>;

/** `secretProvider` in a plugin's package.json. */
export const PluginManifest = z.strictObject({
  interfaceVersion: z.string().max(64),
  entry: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,75}\.mjs$/, 'must be a file name that ends in .mjs, without folders'),
  factories: z
    .record(className, PluginFactory)
    .refine((factories) => Object.keys(factories).length > 0, 'must name at least one factory'),
});
export type PluginManifest = z.infer<typeof PluginManifest>;
