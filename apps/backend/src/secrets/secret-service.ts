import type { SecretService } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { createSecret } from './create-secret.ts';
import { listReferences } from './list-references.ts';
import { listSecrets } from './list-secrets.ts';
import { removeSecret } from './remove-secret.ts';
import { updateSecret } from './update-secret.ts';

/** The use cases of an algorithm's secrets, as the routers call them. */
export const createSecretService = (deps: Dependencies): SecretService => ({
  list: (actor, algorithmId) => listSecrets(deps, actor, algorithmId),
  references: (actor, algorithmId) => listReferences(deps, actor, algorithmId),
  create: (actor, algorithmId, request) => createSecret(deps, actor, algorithmId, request),
  update: (actor, algorithmId, secretId, request) => updateSecret(deps, actor, algorithmId, secretId, request),
  remove: (actor, algorithmId, secretId) => removeSecret(deps, actor, algorithmId, secretId),
});
