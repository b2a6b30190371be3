import { z } from 'zod';

export const ErrorBody = z
  .object({
    error: z.object({
      id: z.string().describe('the id of the request, which the log has too'),
      code: z.number().int(),
      message: z.string().describe('what is wrong, and the mend'),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorBody = z.infer<typeof ErrorBody>;
