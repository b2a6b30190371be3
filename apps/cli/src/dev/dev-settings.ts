import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes, onlyArgument, parseWords, UsageProblem } from '@secret-store/command-line';
import { configurationOptions, configurationWords } from '../conformance/settings/pair-options.ts';

export interface DevSettings {
  readonly directory: string;
  /** of the store, without a slash at the end */
  readonly url: string;
  readonly apiKey: string;
  /** id or name of the provider; null: the display name of its factory */
  readonly provider: string | null;
  /** null: the only one in the module */
  readonly factoryClassName: string | null;
  readonly backendConfiguration: ReadonlyMap<string, string>;
  readonly workerConfiguration: ReadonlyMap<string, string>;
  /** whether to run the conformance suite in each cycle */
  readonly test: boolean;
  /** one cycle, without watching */
  readonly once: boolean;
}

const keyVariable = 'SECRET_STORE_API_KEY';

/** @throws {CommandProblem} */
export const devSettings = (words: readonly string[], environment: NodeJS.ProcessEnv): DevSettings => {
  const { values, tokens } = parseWords({
    args: [...words],
    allowPositionals: true,
    tokens: true,
    options: {
      ...configurationOptions,
      url: { type: 'string', default: 'http://127.0.0.1:4000' },
      'key-file': { type: 'string' },
      provider: { type: 'string' },
      factory: { type: 'string' },
      test: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
    },
  });
  const { positionals, backendConfiguration, workerConfiguration } = configurationWords(tokens, values);
  return {
    directory: path.resolve(onlyArgument('DIR', positionals)),
    url: storeUrl(values.url),
    apiKey: apiKeyOf(values['key-file'], environment),
    provider: values.provider ?? null,
    factoryClassName: values.factory ?? null,
    backendConfiguration,
    workerConfiguration,
    test: values.test,
    once: values.once,
  };
};

/** The key goes to this address. */
const storeUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url.href.replace(/\/+$/, '');
  throw new UsageProblem('--url must be an https URL; http is possible on this machine only');
};

const apiKeyOf = (file: string | undefined, environment: NodeJS.ProcessEnv): string => {
  const key = file === undefined ? environment[keyVariable] : contentOf(file);
  const trimmed = key?.trim() ?? '';
  if (/^[\x21-\x7e]+$/.test(trimmed)) return trimmed;
  throw new CommandProblem(
    exitCodes.configuration,
    `an API key of an administrator is missing; set ${keyVariable}, or name a file with --key-file`,
  );
};

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandProblem(exitCodes.configuration, `--key-file: ${file} cannot be read`, { cause });
  }
};
