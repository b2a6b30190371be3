import { z } from 'zod';

/**
 * A DSSE envelope (https://github.com/secure-systems-lab/dsse): payload in base64url, signatures over its
 * pre-authentication encoding.
 */
export const Envelope = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

export const WorkerDeliveryRequest = z.object({
  owner: z.string(),
  name: z.string(),
  /** of the last restore that the worker follows; 0 for none */
  epoch: z.int().min(0).default(0),
  /** what the worker has of the algorithm already: then the answer may be that nothing changed */
  held: z
    .object({
      /** `setHash` of the set */
      set: z.string(),
      /** `activationHash` by provider id, of the plugins that the set names */
      activations: z.record(z.string(), z.string()),
    })
    .optional(),
});
export type WorkerDeliveryRequest = z.input<typeof WorkerDeliveryRequest>;

export const ProviderDelivery = z.object({
  /** which of the provider's sealed configurations is active */
  activation: Envelope,
  /** null: the internal provider, of which the activation says only how long its values serve in an outage */
  sealedConfiguration: z.unknown(),
  /** the workers' own values; null where the configuration serves both sides */
  sealedWorkerConfiguration: z.unknown(),
});
export type ProviderDelivery = z.infer<typeof ProviderDelivery>;

/**
 * Everything a worker needs for one algorithm. Nothing in it is believed: the worker verifies the set and each sealed
 * record from the root's fingerprint upwards.
 */
export const WorkerDelivery = z.object({
  backendCertificate: Envelope,
  set: Envelope,
  /** sealed records of the internal provider, by secret id */
  sealedValues: z.record(z.string(), z.unknown()),
  /** the plugins that the set names, by provider id; and the internal provider, where it has a limit for outages of its own */
  providers: z.record(z.string(), ProviderDelivery),
  /** the restore that the store follows, signed by the root, where it is newer than the worker's */
  epoch: Envelope.nullish(),
});
export type WorkerDelivery = z.infer<typeof WorkerDelivery>;

/** In place of a delivery: what the request says that the worker holds is the newest. */
const WorkerUnchanged = z.object({
  unchanged: z.object({ algorithmId: z.string(), set: z.string() }),
  epoch: Envelope.nullish(),
});

export const WorkerDeliveryAnswer = z.union([WorkerUnchanged, WorkerDelivery]);
export type WorkerDeliveryAnswer = z.infer<typeof WorkerDeliveryAnswer>;

/** At most so many algorithms are in one answer, and in one question by ids. */
export const workerAlgorithmsMaximum = 500;

/** Which of the algorithms of the worker's pool are asked for: a page of all, or those of these ids. */
export const WorkerAlgorithmsRequest = z.union([
  z.strictObject({ ids: z.array(z.uuid()).max(workerAlgorithmsMaximum) }),
  /** of the page before; null for the first */
  z.strictObject({ marker: z.uuid().nullable() }),
]);
export type WorkerAlgorithmsRequest = z.infer<typeof WorkerAlgorithmsRequest>;

/** What the pool runs, and the newest set of each. It only says what to ask for: nothing in it is signed. */
export const WorkerAlgorithms = z.object({
  results: z.array(
    z.object({
      algorithmId: z.uuid(),
      owner: z.string(),
      name: z.string(),
      number: z.int().min(1),
      /** `setHash` of the set */
      hash: z.string(),
    }),
  ),
  /** for the next page; null: this is the last one */
  marker: z.uuid().nullable(),
});
export type WorkerAlgorithms = z.infer<typeof WorkerAlgorithms>;
export type ListedAlgorithm = WorkerAlgorithms['results'][number];

export const WorkerModuleRequest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** With which a worker opens its stream. */
export const WorkerStreamRequest = z.object({
  /** where the audit chain ended at the last beat that the worker took, on any stream; null before the first */
  since: z.object({ epoch: z.int().min(0), sequence: z.int().min(0) }).nullable(),
});
export type WorkerStreamRequest = z.infer<typeof WorkerStreamRequest>;

/** Which deliveries may not be the newest any more: those of these algorithms, or all where it is null. */
const Changed = z.array(z.string()).nullable();

/** The first line of a stream, which the signature of the answer covers. */
export const WorkerStreamOpening = z.object({
  /** of the backend's process, by chance */
  instance: z.string(),
  /** of that process's own clock, in milliseconds */
  time: z.int().min(0),
  /** that the process has told so far: the hints of this stream follow these */
  hints: z.object({ count: z.int().min(0), hash: z.string() }),
  /** the newest audit head, signed with the key of the certificate; null before the first */
  head: Envelope.nullable(),
  backendCertificate: Envelope,
  /** since the place that the request names */
  changed: Changed,
  /** whether there may be something to do in the worker's pool since then */
  fleet: z.boolean(),
});
export type WorkerStreamOpening = z.infer<typeof WorkerStreamOpening>;

/**
 * What came with an algorithm's newest set, and all that a worker needs who holds what came before. Nothing in it is believed, as in a
 * `WorkerDelivery`.
 */
export const FreshDelivery = WorkerDelivery.pick({
  backendCertificate: true,
  set: true,
  sealedValues: true,
  providers: true,
});
export type FreshDelivery = z.infer<typeof FreshDelivery>;

const SentDelivery = z.object({
  algorithmId: z.string(),
  /** `setHash` of the set, as the hint named it */
  hash: z.string(),
  /** null: the worker has to ask */
  content: FreshDelivery.nullable(),
});
export type SentDelivery = z.infer<typeof SentDelivery>;

/**
 * One of the other lines of a stream. `beat`: a signed `Beat`, and the audit head that it names where that is another than the last
 * that was sent. `changed`: see `Changed`; `set` is the `setHash` of the newest set of the one algorithm. `delivery`: that set, which
 * follows a moment later for workers of the algorithm's pools. `worker`: this worker has to open its stream again. `fleet`: there may
 * be something to do in the worker's pool. `check`: there may be a check to take. Beats vouch for the lines `changed` and `worker`; the
 * others only save a worker from asking.
 */
export const WorkerStreamLine = z.union([
  z.object({ beat: Envelope, head: Envelope.optional() }),
  z.object({ changed: Changed, set: z.string().optional() }),
  z.object({ delivery: SentDelivery }),
  z.object({ worker: z.string() }),
  z.object({ fleet: z.literal(true) }),
  z.object({ check: z.literal(true) }),
]);
export type WorkerStreamLine = z.infer<typeof WorkerStreamLine>;

/** A check of a candidate that is not active yet. Signed by the backend; nothing else in it is trusted. */
export const WorkerCheckTask = z.object({
  checkId: z.uuid(),
  backendCertificate: Envelope,
  check: Envelope,
  sealedConfiguration: z.unknown(),
  sealedWorkerConfiguration: z.unknown(),
});
export type WorkerCheckTask = z.infer<typeof WorkerCheckTask>;

/** With which a worker asks for a check. */
export const WorkerPoll = z.object({
  /** the newest audit head that the worker has seen, signed by a backend; null before the first */
  head: Envelope.nullable(),
  /** of the last restore that the worker follows; 0 for none */
  epoch: z.int().min(0),
});
export type WorkerPoll = z.infer<typeof WorkerPoll>;

export const WorkerPollAnswer = z.object({
  task: WorkerCheckTask.nullable(),
  /** the audit head, signed by the backend with the key of this certificate; null before the first */
  head: Envelope.nullable(),
  backendCertificate: Envelope,
  /** the restore that the store follows, signed by the root, where it is newer than the worker's */
  epoch: Envelope.nullish(),
});
export type WorkerPollAnswer = z.infer<typeof WorkerPollAnswer>;
