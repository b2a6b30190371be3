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

export const WorkerDeliveryRequest = z.object({ owner: z.string(), name: z.string() });
export type WorkerDeliveryRequest = z.infer<typeof WorkerDeliveryRequest>;

export const ProviderDelivery = z.object({
  /** which of the provider's sealed configurations is active */
  activation: Envelope,
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
  /** the plugins that the set names, by provider id */
  providers: z.record(z.string(), ProviderDelivery),
});
export type WorkerDelivery = z.infer<typeof WorkerDelivery>;

export const WorkerModuleRequest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A check of a candidate that is not active yet. Signed by the backend; nothing else in it is trusted. */
export const WorkerCheckTask = z.object({
  checkId: z.uuid(),
  backendCertificate: Envelope,
  check: Envelope,
  sealedConfiguration: z.unknown(),
  sealedWorkerConfiguration: z.unknown(),
});
export type WorkerCheckTask = z.infer<typeof WorkerCheckTask>;

/** Of a throw-away value only whether it is the right one; of anything else nothing. */
export const WorkerCheckResult = z.object({
  checkId: z.uuid(),
  outcome: z.enum(['match', 'mismatch', 'not-found', 'failed']),
  /** the provider's version identifier, where the outcome is `match` */
  version: z.string().min(1).max(1024).nullable(),
  /** where the outcome is `failed`: why, in words from our own lists */
  message: z.string().max(1000),
  /** the configuration key at fault, where a plugin refused one */
  key: z.string().min(1).max(128).optional(),
});
export type WorkerCheckResult = z.infer<typeof WorkerCheckResult>;
