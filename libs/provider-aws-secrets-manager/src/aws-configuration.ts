import { ConfigurationError } from '@secret-store/provider-sdk';

export interface AwsConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly namePrefix: string;
  /** 0: a deletion is final */
  readonly recoveryWindowDays: number;
}

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseAwsConfiguration = (config: ReadonlyMap<string, string>): AwsConfiguration => {
  const text = (key: string): string => config.get(key) ?? '';
  return {
    endpoint: parseEndpoint(text('aws_endpoint')),
    region: matching(
      'aws_region',
      text('aws_region'),
      /^[a-z]{2,}(-[a-z0-9]+)+$/,
      'must be a region such as eu-central-1',
    ),
    credentials: {
      accessKeyId: matching('aws_access_key_id', text('aws_access_key_id'), /^\w{4,128}$/, 'must be an access key id'),
      secretAccessKey: parseCredential('aws_secret_access_key', text('aws_secret_access_key')),
      ...(text('aws_session_token') && {
        sessionToken: parseCredential('aws_session_token', text('aws_session_token')),
      }),
    },
    namePrefix: matching(
      'secret_name_prefix',
      text('secret_name_prefix') || 'secret-store/',
      /^[A-Za-z0-9/_+=.@-]{1,256}$/,
      'takes 1 to 256 letters, digits and /_+=.@-',
    ),
    recoveryWindowDays: parseRecoveryWindow(text('recovery_window_days') || '0'),
  };
};

const matching = (key: string, text: string, pattern: RegExp, problem: string): string => {
  if (text === '') throw new ConfigurationError(key, 'is missing');
  if (!pattern.test(text)) throw new ConfigurationError(key, problem);
  return text;
};

const parseCredential = (key: string, text: string): string =>
  matching(key, text, /^[\x21-\x7e]+$/, 'holds a character that no credential has, such as a space or a line break');

const parseEndpoint = (text: string): string => {
  const key = 'aws_endpoint';
  if (text === '') throw new ConfigurationError(key, 'is missing');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // without TLS a value could be read in transit; only a test double on this machine may do without
  const isLocal = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLocal)) {
    throw new ConfigurationError(key, 'must be a URL that begins with https://');
  }
  if (url.href !== `${url.origin}/`) throw new ConfigurationError(key, 'must have no user, path, query or fragment');
  return url.origin;
};

const parseRecoveryWindow = (text: string): number => {
  const days = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (days === 0 || (days >= 7 && days <= 30)) return days;
  throw new ConfigurationError('recovery_window_days', 'must be 0, or 7 to 30');
};
