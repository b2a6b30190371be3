import type { Actor } from '../schemas/account.ts';
import type { AlgorithmSecret, AlgorithmSecretList, SecretCreateRequest, SecretUpdateRequest } from '../schemas/secret.ts';

export interface SecretService {
  list(actor: Actor, algorithmId: string): Promise<AlgorithmSecretList>;
  create(actor: Actor, algorithmId: string, request: SecretCreateRequest): Promise<AlgorithmSecret>;
  update(actor: Actor, algorithmId: string, secretId: string, request: SecretUpdateRequest): Promise<AlgorithmSecret>;
  remove(actor: Actor, algorithmId: string, secretId: string): Promise<void>;
}
