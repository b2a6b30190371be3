import {
  AlgorithmDelivery,
  AlgorithmHistory,
  AlgorithmSecret,
  GeneratedValue,
  id,
  SecretCreateRequest,
  SecretDelivery,
  SecretHistory,
  SecretImportRequest,
  SecretImportResult,
  SecretSearchPage,
  SecretSearchQuery,
  SecretsCopyRequest,
  SecretsCopyResult,
  SecretsPage,
  SecretsPageQuery,
  SecretsRemovalRequest,
  SecretsRemovalResult,
  SecretUpdateRequest,
} from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { algorithmHistory } from '../../algorithms/algorithm-history.ts';
import { algorithmDelivery } from '../../delivery/algorithm-delivery.ts';
import { secretDelivery } from '../../delivery/secret-delivery.ts';
import { copySecrets } from '../../secrets/copying/copy-secrets.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { existingSecret } from '../../secrets/existing-secret.ts';
import { generateSecretValue } from '../../secrets/generating/generate-secret-value.ts';
import { importSecrets } from '../../secrets/importing/import-secrets.ts';
import { removeSecret } from '../../secrets/removing/remove-secret.ts';
import { removeSecrets } from '../../secrets/removing/remove-secrets.ts';
import { listSecretsPage } from '../../searching/list-secrets-page.ts';
import { searchSecrets } from '../../searching/search-secrets.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { restoreVersion } from '../../secrets/versions/restore-version.ts';
import { secretVersions } from '../../secrets/versions/secret-versions.ts';
import { router, signedInProcedure, toldFirst } from './procedures/trpc.ts';

const ByAlgorithm = z.object({ algorithmId: id });
/** More than a page of the panel shows. */
const secretIdsMaximum = 200;
const ById = ByAlgorithm.extend({ secretId: id });

const ofAlgorithm = signedInProcedure
  .input(ByAlgorithm)
  .use(({ ctx: { deps, actor }, input: { algorithmId }, next }) =>
    toldFirst(next(), () => authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId })),
  );
const ofSecret = ofAlgorithm
  .input(ById)
  .use(({ ctx: { deps }, input: { algorithmId, secretId }, next }) =>
    toldFirst(next(), () => existingSecret(deps, algorithmId, secretId)),
  );

export const secretRouter = router({
  list: signedInProcedure
    .input(SecretsPageQuery.extend({ algorithmId: id }))
    .output(SecretsPage)
    .query(({ ctx, input }) => listSecretsPage(ctx.deps, ctx.actor, input.algorithmId, input)),
  search: signedInProcedure
    .input(SecretSearchQuery)
    .output(SecretSearchPage)
    .query(({ ctx, input }) => searchSecrets(ctx.deps, ctx.actor, input)),
  deliveries: signedInProcedure
    .input(ByAlgorithm.extend({ secretIds: z.array(id).max(secretIdsMaximum).default([]) }))
    .output(AlgorithmDelivery)
    .query(({ ctx, input }) => algorithmDelivery(ctx.deps, ctx.actor, input.algorithmId, input.secretIds)),
  history: signedInProcedure
    .input(ByAlgorithm.extend({ secretId: id.optional() }))
    .output(AlgorithmHistory)
    .query(({ ctx, input }) => algorithmHistory(ctx.deps, ctx.actor, input)),
  delivery: signedInProcedure
    .input(ById)
    .output(SecretDelivery)
    .query(({ ctx, input }) => secretDelivery(ctx.deps, ctx.actor, input.algorithmId, input.secretId)),
  versions: signedInProcedure
    .input(ById)
    .output(SecretHistory)
    .query(({ ctx, input }) => secretVersions(ctx.deps, ctx.actor, input)),
  create: ofAlgorithm
    .input(ByAlgorithm.extend({ request: SecretCreateRequest }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) => createSecret(ctx.deps, ctx.actor, input.algorithmId, input.request)),
  update: ofSecret
    .input(ById.extend({ request: SecretUpdateRequest }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) => updateSecret(ctx.deps, ctx.actor, input.algorithmId, input.secretId, input.request)),
  import: ofAlgorithm
    .input(ByAlgorithm.extend({ request: SecretImportRequest }))
    .output(SecretImportResult)
    .mutation(({ ctx, input }) => importSecrets(ctx.deps, ctx.actor, input.algorithmId, input.request)),
  copy: ofAlgorithm
    .input(ByAlgorithm.extend({ request: SecretsCopyRequest }))
    .output(SecretsCopyResult)
    .mutation(({ ctx, input }) => copySecrets(ctx.deps, ctx.actor, input.algorithmId, input.request)),
  generate: ofSecret
    .input(ById.extend({ request: GeneratedValue }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) => generateSecretValue(ctx.deps, ctx.actor, input, input.request)),
  restore: ofSecret
    .input(ById.extend({ version: z.int().min(1) }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) => restoreVersion(ctx.deps, ctx.actor, input)),
  removeMany: ofAlgorithm
    .input(ByAlgorithm.extend({ request: SecretsRemovalRequest }))
    .output(SecretsRemovalResult)
    .mutation(({ ctx, input }) => removeSecrets(ctx.deps, ctx.actor, input.algorithmId, input.request)),
  remove: ofSecret
    .input(ById.extend({ leave: z.boolean().optional() }))
    .mutation(({ ctx, input }) => removeSecret(ctx.deps, ctx.actor, input.algorithmId, input.secretId, input)),
});
