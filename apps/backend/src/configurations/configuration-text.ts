import { z } from 'zod';

export type Configuration = ReadonlyMap<string, string>;

const Stored = z.record(z.string(), z.string());

/** The plaintext of a configuration: a JSON object. The worker reads the same form. */
export const encodeConfiguration = (configuration: Configuration): Uint8Array =>
  Buffer.from(JSON.stringify(Object.fromEntries(configuration)), 'utf8');

export const decodeConfiguration = (bytes: Uint8Array): Configuration =>
  new Map(Object.entries(Stored.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))));
