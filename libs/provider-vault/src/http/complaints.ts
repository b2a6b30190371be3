import * as z from 'zod/mini';

const problemBody = z.object({
  errors: z.nullish(z.array(z.string())),
  warnings: z.nullish(z.array(z.string())),
});

export const hasComplaint = (body: unknown): boolean => {
  const { success, data } = problemBody.safeParse(body);
  return success && Boolean(data.errors?.length || data.warnings?.length);
};

/** Whether one of the server's errors contains these words. */
export const complainsOf = (body: unknown, words: string): boolean => {
  const { success, data } = problemBody.safeParse(body);
  return success && (data.errors ?? []).some((text) => text.includes(words));
};

/** An uninitialized server answers the same. */
export const saysSealed = (body: unknown): boolean => complainsOf(body, 'Vault is sealed');

/** How a mount answers, with 400, while it is upgraded to version 2: on the active node, and on a standby. */
export const saysUpgrading = (body: unknown): boolean =>
  complainsOf(body, 'Upgrading from non-versioned') || complainsOf(body, 'Waiting for the primary to upgrade');
