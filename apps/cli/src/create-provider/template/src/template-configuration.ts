import { type ConfigurationMap, matching, url, word } from '@secret-store/provider-sdk/configuration';

export interface TemplateConfiguration {
  /** without a slash at the end */
  readonly serverUrl: string;
  readonly accessToken: string;
  readonly folder: string;
}

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseTemplateConfiguration = (config: ConfigurationMap): TemplateConfiguration => ({
  serverUrl: url(config, 'server_url'),
  accessToken: word(config, 'access_token'),
  folder: matching(config, 'folder', /^[A-Za-z0-9_-]{1,64}$/, 'takes 1 to 64 letters, digits, _ and -', {
    fallback: 'secret-store',
  }),
});
