import { ApiError } from '@secret-store/api';
import { z } from 'zod';

const FormError = z.object({ code: z.string().optional().catch(undefined), message: z.string().catch('') });

const tooLarge = 'FST_REQ_FILE_TOO_LARGE';

/** What the reader of forms says by code, in words that help. */
const reasons: Readonly<Record<string, string>> = {
  FST_FILES_LIMIT: 'it has more than one file. Send the module alone, in the field provider',
  FST_FIELDS_LIMIT: 'it has too many fields',
  FST_PARTS_LIMIT: 'it has too many parts',
  FST_PROTO_VIOLATION: 'one of its fields has a name that is not allowed',
  FST_INVALID_JSON_FIELD_ERROR: 'a field whose content type is JSON holds something else',
};

const reasonOf = ({ code = '', message }: z.infer<typeof FormError>): string => {
  if (message.includes('Boundary')) return 'its content type names no boundary. Let your client write this header';
  return reasons[code] ?? 'it is cut off, or it is no multipart/form-data. Send all of it again';
};

/** What goes wrong while a form is read lies in the form. Without the cause: it can quote the form. */
export const moduleFormError = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error;
  const known = FormError.catch({ message: '' }).parse(error);
  if (known.code === tooLarge) {
    return new ApiError('InputValidationError', 'The module is too large: at most 32 MiB.', {
      status: 413,
      field: 'provider',
    });
  }
  return new ApiError('InputValidationError', `The form cannot be read: ${reasonOf(known)}.`);
};
