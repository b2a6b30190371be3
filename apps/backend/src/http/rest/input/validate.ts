import { storableRule } from '@secret-store/api';
import type { FastifySchemaCompiler } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { MalformedBodyError } from '../../errors/malformed-body-error.ts';
import { findUnstorable } from '../../front/unstorable.ts';

/** By the schema of the route; what the schema lets through has no text that cannot be stored. */
export const validate: FastifySchemaCompiler<z.ZodType> = (route) => {
  const bySchema = validatorCompiler(route);
  return (data: unknown) => {
    const result: ReturnType<typeof bySchema> = bySchema(data);
    const field = typeof result === 'object' && 'error' in result && result.error ? null : findUnstorable(data);
    return field === null
      ? result
      : { error: new MalformedBodyError(`${field || 'The body'} ${storableRule}.`, field) };
  };
};
