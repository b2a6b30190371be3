import { z } from 'zod';
import { encodeFields } from '../encoding/encode-fields.ts';
import { wellFormedText } from '../encoding/parse-json.ts';

const id = wellFormedText(200);
const counter = z.int().min(0);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

const secretBindingSchema = z.strictObject({
  type: z.literal('secret'),
  secretId: id,
  algorithmId: id,
  environmentVariable: wellFormedText(128),
  version: counter,
});

const configurationBindingSchema = z.strictObject({
  type: z.literal('provider-configuration'),
  providerId: id,
  /** the bound revision, not the activation number */
  revision: counter,
  moduleSha256: sha256Hex,
  factoryClassName: wellFormedText(200),
  destinations: z.array(wellFormedText(300)).max(64).readonly(),
});

/** The workers' own credentials: only workers can open them, so they are bound to everything that they may be used for. */
const workerConfigurationBindingSchema = configurationBindingSchema.extend({
  type: z.literal('provider-worker-configuration'),
});

/** The same before a module is there: then the configuration beside it says module and destinations. */
const workerConfigurationDraftBindingSchema = z.strictObject({
  type: z.literal('provider-worker-configuration-draft'),
  providerId: id,
  /** the bound revision, not the activation number */
  revision: counter,
  factoryClassName: wellFormedText(200),
});

/** What a worker keeps for itself of an algorithm. It is sealed in parts: each says of which whole it is. */
const lastKnownGoodBindingSchema = z.strictObject({
  type: z.literal('last-known-good'),
  workerId: id,
  algorithmId: id,
  /** of the set in it */
  setHash: sha256Hex,
  /** SHA-256 of the whole */
  wholeSha256: sha256Hex,
  part: counter,
  parts: counter,
});

export const bindingSchema = z.discriminatedUnion('type', [
  secretBindingSchema,
  configurationBindingSchema,
  workerConfigurationBindingSchema,
  workerConfigurationDraftBindingSchema,
  lastKnownGoodBindingSchema,
]);

/** What a secret's value belongs to. */
export type SecretBinding = z.infer<typeof secretBindingSchema>;
/** What a provider's configuration belongs to: the one module that may have it and the places it may talk to. */
export type ConfigurationBinding = z.infer<typeof configurationBindingSchema>;
/** What the workers' own credentials belong to. */
export type WorkerConfigurationBinding =
  z.infer<typeof workerConfigurationBindingSchema> | z.infer<typeof workerConfigurationDraftBindingSchema>;
/** What a worker's copy of an algorithm belongs to: nobody but that worker opens it, and only as what it was. */
export type LastKnownGoodBinding = z.infer<typeof lastKnownGoodBindingSchema>;
/** What a configuration belongs to before a module is there. */
export interface DraftBinding {
  readonly type: 'provider-configuration-draft';
  readonly providerId: string;
  /** the bound revision, not the activation number */
  readonly revision: number;
}
export type Binding = z.infer<typeof bindingSchema>;

/** The bytes that stand for a binding in associated data and signatures. */
export function encodeBinding(binding: Binding | DraftBinding): Uint8Array {
  switch (binding.type) {
    case 'secret':
      return encodeFields([
        binding.type,
        binding.secretId,
        binding.algorithmId,
        binding.environmentVariable,
        binding.version,
      ]);
    case 'provider-configuration':
    case 'provider-worker-configuration':
      return encodeFields([
        binding.type,
        binding.providerId,
        binding.revision,
        binding.moduleSha256,
        binding.factoryClassName,
        binding.destinations,
      ]);
    case 'provider-worker-configuration-draft':
      return encodeFields([binding.type, binding.providerId, binding.revision, binding.factoryClassName]);
    case 'last-known-good':
      return encodeFields([
        binding.type,
        binding.workerId,
        binding.algorithmId,
        binding.setHash,
        binding.wholeSha256,
        binding.part,
        binding.parts,
      ]);
    case 'provider-configuration-draft':
      return encodeFields([binding.type, binding.providerId, binding.revision]);
  }
}
