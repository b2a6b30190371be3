import { AzureLogger } from '@azure/logger';
import { TypeSpecRuntimeLogger } from '@typespec/ts-http-runtime';

/** The SDK logs requests to standard error if AZURE_LOG_LEVEL, TYPESPEC_RUNTIME_LOG_LEVEL or DEBUG is set. */
for (const logger of [AzureLogger, TypeSpecRuntimeLogger]) logger.log = () => undefined;
