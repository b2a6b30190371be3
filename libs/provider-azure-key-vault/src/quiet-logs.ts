import { AzureLogger } from '@azure/logger';

/** The SDK logs requests to standard error where AZURE_LOG_LEVEL or DEBUG says so. */
AzureLogger.log = () => undefined;
