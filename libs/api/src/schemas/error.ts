import { z } from 'zod';
import { field } from './text.ts';

/** Every error of the contract: its code, its name and the HTTP status it has unless a case says otherwise. */
export const errorTable = {
  AlgorithmNotFound: { code: 1000, status: 404 },
  AlgorithmNameHasBeenTaken: { code: 1002, status: 409 },
  NotAuthenticated: { code: 2000, status: 401 },
  NotAuthorized: { code: 2001, status: 403 },
  WorkerRevoked: { code: 2002, status: 401 },
  WorkerStopped: { code: 2003, status: 401 },
  RequestOutdated: { code: 2004, status: 401 },
  JoinRefused: { code: 2005, status: 403 },
  InternalServerError: { code: 5001, status: 500 },
  InvalidMarker: { code: 5002, status: 400 },
  InvalidLimit: { code: 5003, status: 400 },
  InputValidationError: { code: 6001, status: 400 },
  RateLimited: { code: 6002, status: 429 },
  Overloaded: { code: 6003, status: 503 },
  MalformedAlgorithmSecretRequestJson: { code: 8000, status: 400 },
  SecretMetadataConstraintViolation: { code: 8001, status: 400 },
  DefaultSecretProviderNotFound: { code: 8002, status: 409 },
  CreateSecretNotSupported: { code: 8003, status: 400 },
  CreateRequiresSecretValue: { code: 8004, status: 400 },
  CannotModifyInternalSecretProvider: { code: 8005, status: 403 },
  SecretProviderNotFound: { code: 8006, status: 404 },
  EditSecretFailed: { code: 8007, status: 502 },
  SecretNotFound: { code: 8008, status: 404 },
  SecretProviderFailed: { code: 8009, status: 502 },
  UnableToDeleteSecret: { code: 8010, status: 502 },
  UnableToSetDefaultSecretProvider: { code: 8011, status: 409 },
  SecretProviderDisabled: { code: 8012, status: 409 },
  UnableToDeleteDefaultSecretProvider: { code: 8013, status: 409 },
  EditSecretNotSupported: { code: 8014, status: 400 },
  PluginModuleInvalid: { code: 8020, status: 400 },
  PluginModuleMissing: { code: 8021, status: 409 },
  SecretProviderInUse: { code: 8022, status: 409 },
} as const;

export type ErrorName = keyof typeof errorTable;

export const ErrorBody = z
  .object({
    error: z.object({
      id: z.string().describe('the id of the request, which the log has too'),
      code: z.number().int(),
      message: z.string().describe('what is wrong and how to fix it'),
      field: field.optional(),
      fields: z
        .array(z.string())
        .optional()
        .describe('all credentials that must be entered again, where there are several'),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorBody = z.infer<typeof ErrorBody>;
