import { ApiError } from '@secret-store/api';
import { PluginModuleError } from '@secret-store/plugin-host';

/** 8020 with the rule that broke; any other error stays as it is. */
export const moduleInvalid = (error: unknown): unknown =>
  error instanceof PluginModuleError
    ? new ApiError('PluginModuleInvalid', `Not a valid module (${error.rule}): ${error.message}.`, {
        field: 'provider',
        cause: error,
      })
    : error;
