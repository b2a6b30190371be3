import { ApiError } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';

/** @throws {ApiError} 8001 with 409 when another secret of the algorithm has one of the names */
export const refuseTakenNames = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  algorithmId: string,
  names: { shortName: string; environmentVariable: string },
  exceptSecretId?: string,
): Promise<void> => {
  const rows = await db.prisma.secret.findMany({
    where: {
      algorithmId,
      OR: [{ shortName: names.shortName }, { environmentVariable: names.environmentVariable }],
      ...(exceptSecretId === undefined ? {} : { id: { not: exceptSecretId } }),
    },
  });
  const others = await ledger.genuineAll('secret', rows);
  if (others.some((other) => other.environmentVariable === names.environmentVariable)) throw variableTaken();
  if (others.length > 0) throw displayNameTaken();
};

/** Two writes at once both find the names free; the database lets one of them in. */
export const asNameTaken = (error: unknown): unknown => {
  if (isUniqueViolation(error, 'secret_algorithmId_environmentVariable_key')) return variableTaken(error);
  if (isUniqueViolation(error, 'secret_algorithmId_shortName_key')) return displayNameTaken(error);
  return error;
};

const variableTaken = (cause?: unknown) =>
  new ApiError(
    'SecretMetadataConstraintViolation',
    'This algorithm already has a secret with this environment variable. Choose another name.',
    { status: 409, field: 'secret_key', cause },
  );

const displayNameTaken = (cause?: unknown) =>
  new ApiError(
    'SecretMetadataConstraintViolation',
    'This algorithm already has a secret with this display name. Choose another name.',
    { status: 409, field: 'short_name', cause },
  );
