import { ApiError, valueBytesMaximum } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { z } from 'zod';

const ValueLimits = z.object({
  factories: z.record(z.string(), z.object({ maxValueBytes: z.int().positive().optional() })),
});

/** @throws {ApiError} 8001 when the value is longer than the provider says it takes */
export const refuseLongValue = async (
  database: Pick<Prisma.TransactionClient, 'provider'>,
  providerId: string,
  value: string,
): Promise<void> => {
  const provider = await database.provider.findUnique({
    where: { id: providerId },
    select: { factoryClassName: true, module: { select: { manifest: true } } },
  });
  const limits = ValueLimits.safeParse(provider?.module?.manifest);
  const declared = limits.success ? limits.data.factories[provider?.factoryClassName ?? '']?.maxValueBytes : undefined;
  const maximum = declared ?? valueBytesMaximum;
  if (Buffer.byteLength(value, 'utf8') <= maximum) return;
  throw new ApiError(
    'SecretMetadataConstraintViolation',
    `This secret provider takes values of at most ${maximum.toLocaleString('en-US')} bytes. Shorten the value, or choose another provider.`,
    { field: 'secret_value' },
  );
};
