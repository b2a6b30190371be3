import { ApiError, type SecretProviderRequest } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { interfaceVersion, PluginModuleError, requireSupportedInterface } from '@secret-store/plugin-host';
import { ClaimTaken } from '../ledger/claim-taken.ts';

/** What no stored state is needed to refuse. */
export const checkProviderRequest = (request: SecretProviderRequest): void => {
  requireInterface(request.interfaceVersion);
  if (request.isDefault && request.isEnabled === false) {
    throw new ApiError('UnableToSetDefaultSecretProvider', 'A disabled provider cannot be the default. Enable it.', {
      field: 'isDefault',
    });
  }
};

const requireInterface = (version: string): void => {
  try {
    requireSupportedInterface(version);
  } catch (error) {
    if (!(error instanceof PluginModuleError)) throw error;
    throw new ApiError(
      'InputValidationError',
      `This version of the plugin interface is not supported: this store runs 1.x up to ${interfaceVersion}.`,
      {
        field: 'interfaceVersion',
        cause: error,
      },
    );
  }
};

/** Anything but a taken name stays as it is. */
export const nameTaken = (error: unknown): unknown =>
  error instanceof ClaimTaken || isUniqueViolation(error, 'provider_name_key')
    ? new ApiError('InputValidationError', 'A provider with this name already exists. Choose another name.', {
        status: 409,
        field: 'name',
        cause: error,
      })
    : error;
