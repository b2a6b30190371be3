import pg from 'pg';
import { z } from 'zod';

const uniqueViolationState = '23505';

/**
 * Whether a write failed on a unique constraint (on this one, if it is named), through Prisma or a plain statement.
 */
export const isUniqueViolation = (error: unknown, constraintName?: string): boolean => {
  const constraint = violatedConstraint(error);
  if (constraint === null) return false;
  return constraintName === undefined || constraint === constraintName;
};

const violatedConstraint = (error: unknown): string | null => {
  if (error instanceof pg.DatabaseError) return error.code === uniqueViolationState ? (error.constraint ?? '') : null;
  const parsed = prismaViolation.safeParse(error);
  return parsed.success ? parsed.data.meta.driverAdapterError.cause.constraint.index : null;
};

/** Prisma's own field for it, `meta.target`, is absent with a driver adapter. */
const prismaViolation = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({ kind: z.literal('UniqueConstraintViolation'), constraint: z.object({ index: z.string() }) }),
    }),
  }),
});
