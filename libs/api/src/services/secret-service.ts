import type { Actor } from '../schemas/account.ts';
import type { AlgorithmSecret, AlgorithmSecretList, SecretCreateRequest, SecretReferences, SecretUpdateRequest } from '../schemas/secret.ts';

export interface SecretService {
  list(actor: Actor, algorithmId: string): Promise<AlgorithmSecretList>;
  /** which of them point at secrets that others keep, and where */
  references(actor: Actor, algorithmId: string): Promise<SecretReferences>;
  create(actor: Actor, algorithmId: string, request: SecretCreateRequest): Promise<AlgorithmSecret>;
  update(actor: Actor, algorithmId: string, secretId: string, request: SecretUpdateRequest): Promise<AlgorithmSecret>;
  remove(actor: Actor, algorithmId: string, secretId: string): Promise<void>;
}
