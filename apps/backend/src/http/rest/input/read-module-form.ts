import type { Multipart } from '@fastify/multipart';
import { ApiError, ProviderConfigurationInput, WorkerConfigurationInput } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ModuleUpload } from '../../../providers/upload-module.ts';

export type ModuleForm = Omit<ModuleUpload, 'providerId'>;

const invalid = (message: string) => new ApiError('InputValidationError', message);

const parseField = <Schema extends z.ZodType>(field: string, schema: Schema, text: string): z.output<Schema> => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // without the cause: it quotes the values
    throw new ApiError('InputValidationError', `${field} must be a JSON object of texts. Send it again.`, { field });
  }
};

const readFields = async (parts: AsyncIterable<Multipart>) => {
  const fields = new Map<string, string>();
  let file: { bytes: Buffer; fileName: string } | null = null;
  for await (const part of parts) {
    if (part.type === 'field') {
      fields.set(part.fieldname, String(part.value));
    } else {
      // a stream that is not read would hold up the ones behind it
      const bytes = await part.toBuffer();
      if (part.fieldname === 'provider') file = { bytes, fileName: part.filename };
    }
  }
  return { fields, file };
};

/** The field `provider` is the module; at most 32 MiB, else 413. */
export const readModuleForm = async (request: FastifyRequest): Promise<ModuleForm> => {
  if (!request.isMultipart()) {
    throw invalid('Send the module as multipart/form-data, in the field provider.');
  }
  const { fields, file } = await readFields(request.parts());
  if (!file)
    throw new ApiError('InputValidationError', 'The field provider must hold the module file.', { field: 'provider' });
  const configuration = fields.get('configuration');
  const workerConfiguration = fields.get('workerConfiguration');
  return {
    ...file,
    signature: fields.get('signature'),
    ...(configuration !== undefined && {
      configuration: parseField('configuration', ProviderConfigurationInput, configuration),
    }),
    ...(workerConfiguration !== undefined && {
      workerConfiguration: parseField('workerConfiguration', WorkerConfigurationInput, workerConfiguration),
    }),
  };
};
