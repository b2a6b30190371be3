import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import {
  ApiError,
  isStorable,
  ProviderConfigurationInput,
  storableRule,
  WorkerConfigurationInput,
} from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ModuleUpload } from '../../../providers/upload-module.ts';
import { findUnstorable } from '../../front/unstorable.ts';
import { moduleFormError } from './module-form-error.ts';

export type ModuleForm = Omit<ModuleUpload, 'providerId'>;

const textFields = ['signature', 'configuration', 'workerConfiguration'] as const;
type TextField = (typeof textFields)[number];

const isTextField = (name: string): name is TextField => textFields.some((field) => field === name);

const invalid = (message: string, field?: string) =>
  new ApiError('InputValidationError', message, field === undefined ? {} : { field });

const noModule = () => invalid('The field provider must hold the module file. Send it as a file.', 'provider');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parseField = <Schema extends z.ZodType>(field: TextField, schema: Schema, text: string): z.output<Schema> => {
  const json = parseJson(text);
  if (findUnstorable(json) !== null) throw invalid(`${field} ${storableRule}.`, field);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  // without the cause: it quotes the values
  throw invalid(`${field} must be a JSON object of texts. Send it again.`, field);
};

/** @throws {ApiError} 6001 with 413 where it was too long to be read to its end */
const textOf = ({ fieldname, value, valueTruncated }: MultipartValue): string => {
  if (valueTruncated) {
    const message = `${fieldname} is too large: at most 1 MiB.`;
    throw new ApiError('InputValidationError', message, { status: 413, field: fieldname });
  }
  // a part whose content type is JSON comes parsed
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!isStorable(text)) throw invalid(`${fieldname} ${storableRule}.`, fieldname);
  return text;
};

const nameOf = ({ fieldname, type }: Multipart): 'provider' | TextField => {
  if (type === 'file' && fieldname === 'provider') return fieldname;
  if (type === 'field' && isTextField(fieldname)) return fieldname;
  if (fieldname === 'provider') throw noModule();
  throw invalid(
    'The form has a field that this request does not have. It takes the file provider, and the texts signature, configuration and workerConfiguration.',
  );
};

const bytesOf = async (part: MultipartFile): Promise<{ bytes: Buffer; fileName: string }> => {
  const { filename: fileName } = part;
  if (!isStorable(fileName)) throw invalid(`The file name ${storableRule}.`, 'provider');
  return { bytes: await part.toBuffer(), fileName };
};

const readFields = async (parts: AsyncIterable<Multipart>) => {
  const fields = new Map<TextField, string>();
  let file: { bytes: Buffer; fileName: string } | null = null;
  for await (const part of parts) {
    const name = nameOf(part);
    if (name === 'provider' ? file !== null : fields.has(name))
      throw invalid(`The form has ${name} more than once.`, name);
    if (part.type === 'file') file = await bytesOf(part);
    else if (name !== 'provider') fields.set(name, textOf(part));
  }
  return { fields, file };
};

/** The field `provider` is the module; at most 32 MiB, else 413. Whatever is wrong with the form is 6001. */
export const readModuleForm = async (request: FastifyRequest): Promise<ModuleForm> => {
  if (!request.isMultipart()) {
    throw invalid('Send the module as multipart/form-data, in the field provider.');
  }
  const { fields, file } = await readParts(request);
  if (file === null) throw noModule();
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

const readParts = async (request: FastifyRequest) => {
  try {
    return await readFields(request.parts());
  } catch (error) {
    throw moduleFormError(error);
  }
};
