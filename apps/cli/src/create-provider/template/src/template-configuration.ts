import { ConfigurationError } from '@secret-store/provider-sdk';

export interface TemplateConfiguration {
  /** without a slash at the end */
  readonly serverUrl: string;
  readonly accessToken: string;
  readonly folder: string;
}

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseTemplateConfiguration = (config: ReadonlyMap<string, string>): TemplateConfiguration => ({
  serverUrl: parseServerUrl(required(config, 'server_url')),
  accessToken: parseAccessToken(required(config, 'access_token')),
  folder: parseFolder(config.get('folder') || 'secret-store'),
});

const required = (config: ReadonlyMap<string, string>, key: string): string => {
  const value = config.get(key);
  if (value === undefined || value === '') throw new ConfigurationError(key, 'is missing', { reason: 'missing' });
  return value;
};

const parseServerUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ConfigurationError('server_url', 'must be a URL that begins with https:// or http://', {
      reason: 'not-a-url',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError('server_url', 'must have no user, query or fragment', { reason: 'not-a-url' });
  }
  return url.href.replace(/\/+$/, '');
};

const parseAccessToken = (text: string): string => {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new ConfigurationError(
      'access_token',
      'holds a character that no token has, such as a space or a line break',
      { reason: 'spaces' },
    );
  }
  return text;
};

const parseFolder = (text: string): string => {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text))
    throw new ConfigurationError('folder', 'takes 1 to 64 letters, digits, _ and -', { reason: 'not-a-name' });
  return text;
};
