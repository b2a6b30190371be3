import { ConfigurationError } from '@secret-store/provider-sdk';

/** The key that is at fault; null for any other error. Only the key's name is taken over: the rest may be a plugin's own words. */
export const faultyKey = (error: unknown): string | null => (error instanceof ConfigurationError ? error.key : null);
