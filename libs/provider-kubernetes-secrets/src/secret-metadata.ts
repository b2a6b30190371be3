import { type SecretContext, VaultProblemError } from '@secret-store/provider-sdk';
import { z } from 'zod';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const SecretMetadata = z.object({
  name: z.string(),
  uid: z.string().min(1),
  resourceVersion: z.string().min(1),
  creationTimestamp: z.iso.datetime(),
  deletionTimestamp: z.string().optional(),
  annotations: z.record(z.string(), z.string()).default({}),
  /** who set which fields, and when it last did */
  managedFields: z
    .array(z.object({ time: z.iso.datetime().optional(), fieldsV1: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});
export type SecretMetadata = z.infer<typeof SecretMetadata>;

/** Changes with each write of ours: Kubernetes does not write what changes nothing, and the version would stay. */
export const writeAnnotation = 'secret-store/write';

export const secretIdAnnotation = 'secret-store/secret-id';

/** What a Secret of ours belongs to. Each call verifies it, so that one never passes for another. */
export const bindingOf = ({ secretId, algorithmId, environmentVariable }: SecretContext): Record<string, string> => ({
  [secretIdAnnotation]: secretId,
  'secret-store/algorithm-id': algorithmId,
  'secret-store/environment-variable': environmentVariable,
});

/** @throws {VaultProblemError} `conflict` for a Secret that someone else has put under our name */
export const requireBinding = ({ annotations }: SecretMetadata, context: SecretContext): void => {
  const isBound = Object.entries(bindingOf(context)).every(([name, text]) => annotations[name] === text);
  if (!isBound) throw new VaultProblemError('conflict');
};

/** Another's change of a label counts too: a worker then reads once more. A restored cluster repeats all but our own mark. */
export const versionOf = ({ uid, resourceVersion, annotations }: SecretMetadata): string =>
  `${uid}.${resourceVersion}.${annotations[writeAnnotation] ?? ''}`;

/** When somebody last set the data, by the server's clock, in seconds. */
export const lastUpdatedOf = ({ creationTimestamp, managedFields }: SecretMetadata): Date => {
  const times = managedFields.flatMap(({ time, fieldsV1 }) => (time && 'f:data' in fieldsV1 ? [Date.parse(time)] : []));
  return new Date(Math.max(Date.parse(creationTimestamp), ...times));
};
