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
  providers: z.record(z.string(), z.object({ sealedConfiguration: z.unknown() })),
});
export type WorkerDelivery = z.infer<typeof WorkerDelivery>;

export const WorkerModuleRequest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export const WorkerModule = z.object({ bytes: z.string().describe('base64') });
