import { z } from 'zod';
import { paging, timestamp } from '../text.ts';

const deliveryStates = ['ready', 'behind', 'failed', 'offline'] as const;
const processKinds = ['exec', 'supervise'] as const;

/** How far one value of a secret is on one worker. */
const WorkerDelivered = z
  .object({
    workerId: z.uuid(),
    name: z.string(),
    pool: z.string().describe('its name'),
    state: z
      .enum(deliveryStates)
      .describe(
        'ready: a command that starts now gets the current value; behind: it does not have it yet; failed: it cannot read it; offline: it was not seen for 10 s, whatever it said before',
      ),
    version: z.int().positive().nullable().describe('the number of the value that it holds; null: none, or not known'),
    milliseconds: z
      .int()
      .min(0)
      .nullable()
      .describe(
        'from the commit of the current value until the worker was ready with it; null: not ready, or not known',
      ),
    reason: z.string().nullable().describe('why it cannot read it; null unless failed'),
  })
  .meta({ id: 'WorkerDelivered' });

const RunningWithSecret = z
  .object({
    workerId: z.uuid(),
    kind: z.enum(processKinds),
    version: z
      .int()
      .positive()
      .nullable()
      .describe('the number of the value that it was started with; null: not known'),
    started: timestamp,
  })
  .meta({ id: 'RunningWithSecret' });

/** Where the current value of a secret has arrived. */
export const SecretDelivery = z
  .object({
    version: z.int().positive().describe('the number of the current value'),
    committed: timestamp,
    workers: z.array(WorkerDelivered).describe("every living worker of the algorithm's pools"),
    processes: z.array(RunningWithSecret).describe('commands that run with a value of the secret'),
  })
  .meta({ id: 'SecretDelivery' });
export type SecretDelivery = z.infer<typeof SecretDelivery>;
export type DeliveryState = (typeof deliveryStates)[number];

/** A command that runs with secrets of an algorithm. */
export const RunningCommand = z.object({
  id: z.string(),
  workerId: z.uuid(),
  worker: z.string(),
  kind: z.enum(processKinds),
  started: timestamp,
  /** variables whose value has changed since the command was given it */
  outdated: z.array(z.string()),
});
export type RunningCommand = z.infer<typeof RunningCommand>;

/** The same for some secrets of an algorithm, as numbers. */
export const AlgorithmDelivery = z.object({
  secrets: z.record(
    z.uuid(),
    z.object({
      version: z.int().positive(),
      ready: z.int().min(0),
      behind: z.int().min(0),
      failed: z.int().min(0),
      offline: z.int().min(0),
    }),
  ),
  commands: z.array(RunningCommand),
});
export type AlgorithmDelivery = z.infer<typeof AlgorithmDelivery>;

const ofAlgorithm = { algorithmId: z.uuid(), owner: z.string(), name: z.string().describe("the algorithm's") };

/** Which algorithms have secrets with a provider. */
export const ProviderUsagePage = z
  .object({
    results: z.array(
      z.object({ ...ofAlgorithm, secrets: z.int().positive().describe('how many of its secrets the provider keeps') }),
    ),
    marker: z.string().nullable(),
  })
  .meta({ id: 'ProviderUsagePage' });
export type ProviderUsagePage = z.infer<typeof ProviderUsagePage>;

export const ProviderUsageQuery = z.strictObject(paging);
export type ProviderUsageQuery = z.infer<typeof ProviderUsageQuery>;

/** The same with what the panel shows beside it. */
export const ProviderUsageDetails = z.object({
  results: z.array(
    z.object({
      ...ofAlgorithm,
      variables: z.array(z.string()),
      /** commands that run with the algorithm's secrets now */
      commands: z.int().min(0),
    }),
  ),
  marker: z.string().nullable(),
  /** secrets with the provider, on all pages */
  secrets: z.int().min(0),
});
export type ProviderUsageDetails = z.infer<typeof ProviderUsageDetails>;

/** What one worker holds. */
export const WorkerHoldings = z.object({
  results: z.array(
    z.object({
      ...ofAlgorithm,
      state: z.enum(['ready', 'behind', 'failed']),
      /** variables that it cannot read, and why */
      failures: z.array(z.object({ variable: z.string(), reason: z.string() })),
      commands: z.array(RunningCommand),
    }),
  ),
  marker: z.string().nullable(),
});
export type WorkerHoldings = z.infer<typeof WorkerHoldings>;
