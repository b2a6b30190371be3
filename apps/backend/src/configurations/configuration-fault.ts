import { z } from 'zod';

const ConfigurationFault = z.object({ code: z.literal('CONFIGURATION'), key: z.string().min(1).max(128) });

/**
 * The key that a `ConfigurationError` names, null for any other error. Only the key's name is taken over; the rest may be
 * a plugin's own words.
 */
export const faultyKey = (error: unknown): string | null =>
  error instanceof Error ? (ConfigurationFault.safeParse(error).data?.key ?? null) : null;
