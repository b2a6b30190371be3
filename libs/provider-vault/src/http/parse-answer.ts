import { VaultProblemError } from '@secret-store/provider-sdk';
import type * as z from 'zod/mini';

/** Leaves zod's issues out of the error, because they could quote the input. */
export const parseAnswer = <Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.infer<Schema> => {
  const { success, data } = schema.safeParse(body);
  if (!success) throw new VaultProblemError('unexpected-answer');
  return data;
};

export const parseTime = (text: string): Date => {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new VaultProblemError('unexpected-answer');
  return time;
};
