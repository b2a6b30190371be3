import { z } from 'zod';
import { timestamp } from '../text.ts';

const milliseconds = z.int().min(0);

const pluginOperations = ['create', 'update', 'delete'] as const;

/** What one backend saw of a provider's plugin. */
const BackendCalls = z.object({
  /** host and port */
  backend: z.string(),
  /** it answers this request */
  isThis: z.boolean(),
  operations: z.array(
    z.object({
      operation: z.enum(pluginOperations),
      success: z.object({ at: timestamp, milliseconds }).nullable(),
      failure: z.object({ at: timestamp, milliseconds, reason: z.string() }).nullable(),
      /** of the first failure since a success, with the version that is active now */
      failingSince: timestamp.nullable(),
    }),
  ),
});

/** What one worker says of the secrets that changed last. */
const WorkerReads = z.object({
  workerId: z.uuid(),
  name: z.string(),
  pool: z.string(),
  isOnline: z.boolean(),
  ready: z.int().min(0),
  behind: z.int().min(0),
  failures: z.array(z.object({ reason: z.string(), secrets: z.int().positive() })),
  /** the newest value that arrived, and how long that took; null: not known */
  arrived: z.object({ at: timestamp, milliseconds: milliseconds.nullable() }).nullable(),
});

/** Calls of all backends in a quarter of an hour. */
const CallSlot = z.object({
  start: timestamp,
  calls: z.int().min(0),
  failures: z.int().min(0),
  /** null without a call */
  average: milliseconds.nullable(),
  slowest: milliseconds.nullable(),
});
export type CallSlot = z.infer<typeof CallSlot>;

/** How a provider does, as far as backends and workers have seen. */
export const ProviderHealth = z.object({
  backends: z.array(BackendCalls),
  workers: z.array(WorkerReads),
  /** how many secrets `workers` is about: those that changed last */
  secrets: z.int().min(0),
  /** of the last 24 hours, the oldest first */
  slots: z.array(CallSlot),
});
export type ProviderHealth = z.infer<typeof ProviderHealth>;

/** How long the values that changed last took to arrive. */
export const DeliveryTimes = z.object({
  workers: z.array(
    z.object({
      workerId: z.uuid(),
      name: z.string(),
      /** the oldest first */
      arrivals: z.array(z.object({ at: timestamp, milliseconds })),
    }),
  ),
});
export type DeliveryTimes = z.infer<typeof DeliveryTimes>;
