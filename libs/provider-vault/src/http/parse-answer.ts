import { VaultProblemError } from '@secret-store/provider-sdk';
import type * as z from 'zod/mini';

/** An issue list of zod could quote what it refuses, so none of it goes into the error. */
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
