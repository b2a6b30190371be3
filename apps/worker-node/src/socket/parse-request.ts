import { z } from 'zod';
import type { ProgressLine, ResolveRequest } from './resolve-protocol.ts';

const SetNumber = z.int().min(0);

const Request = z.object({
  owner: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  process: z
    .object({ kind: z.enum(['exec', 'supervise']), started: z.iso.datetime(), number: SetNumber.optional() })
    .optional(),
  watch: z.literal(true).optional(),
});

const Progress = z.object({ number: SetNumber });

/** @throws where the line is not one of a caller */
export const parseRequest = (line: string): ResolveRequest => Request.parse(JSON.parse(line));

/** Null for a line that says nothing. */
export const parseProgress = (line: string): ProgressLine | null => {
  try {
    return Progress.parse(JSON.parse(line));
  } catch {
    return null;
  }
};
