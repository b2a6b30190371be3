import { z } from 'zod';
import { field } from './text.ts';

export const ErrorBody = z
  .object({
    error: z.object({
      id: z.string().describe('the id of the request, which the log has too'),
      code: z.number().int(),
      message: z.string().describe('what is wrong and how to fix it'),
      field: field.optional(),
      fields: z
        .array(z.string())
        .optional()
        .describe('all credentials that must be entered again, where there are several'),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorBody = z.infer<typeof ErrorBody>;
