import { ConfigurationError } from '@secret-store/provider-sdk';

/** A configuration key that is at fault, with a sentence that says why. */
export interface ConfigurationFault {
  readonly key: string;
  readonly sentence: string;
}

/** Null for any other error. Such an error is made in this process: a plugin only names a key and a reason from a closed list. */
export const configurationFault = (error: unknown): ConfigurationFault | null =>
  error instanceof ConfigurationError
    ? { key: error.key, sentence: `Invalid value for ${error.key}: it ${error.problem}.` }
    : null;
