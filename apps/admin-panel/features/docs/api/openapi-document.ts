import { z } from 'zod';

/** What this page reads of a JSON schema. */
export interface ValueSchema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly description?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, ValueSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: ValueSchema | undefined;
  readonly anyOf?: readonly ValueSchema[] | undefined;
  readonly oneOf?: readonly ValueSchema[] | undefined;
}

const ValueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), ValueSchema).optional(),
    required: z.array(z.string()).optional(),
    items: ValueSchema.optional(),
    anyOf: z.array(ValueSchema).optional(),
    oneOf: z.array(ValueSchema).optional(),
  }),
);

const Content = z.object({
  description: z.string().optional(),
  content: z.record(z.string(), z.object({ schema: ValueSchema.optional() })).optional(),
});

const Operation = z.object({
  tags: z.array(z.string()).default([]),
  summary: z.string().default(''),
  description: z.string().optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().optional(),
        schema: ValueSchema.optional(),
      }),
    )
    .default([]),
  requestBody: Content.optional(),
  responses: z.record(z.string(), Content).default({}),
});
export type Operation = z.infer<typeof Operation>;

/** The store's own description of its REST API, as far as this page shows it. */
export const OpenApiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), ValueSchema).default({}) }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;
