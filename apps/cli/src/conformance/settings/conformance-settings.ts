import type { IsolationSetting } from '@secret-store/plugin-host';
import { isolationRule, parseIsolationSetting } from '@secret-store/plugin-host/settings';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import type { ConformanceCheck } from '@secret-store/provider-sdk/conformance';
import { chooseChecks } from '../running/choose-checks.ts';
import { configurationOptions, configurationWords } from './pair-options.ts';

export interface ConformanceSettings {
  readonly file: string;
  /** null: the only one in the module */
  readonly factoryClassName: string | null;
  readonly backendConfiguration: ReadonlyMap<string, string>;
  /** the same, but for --worker-config */
  readonly workerConfiguration: ReadonlyMap<string, string>;
  readonly isolation: IsolationSetting;
  /** the checks to run; all of them without any */
  readonly checks: readonly ConformanceCheck[];
  /** whether to stop at the first check that fails */
  readonly bail: boolean;
  /** whether to show what the plugin itself says of its failures */
  readonly showErrors: boolean;
  readonly json: boolean;
}

/** @throws {CommandProblem} */
export const conformanceSettings = (words: readonly string[], environment: NodeJS.ProcessEnv): ConformanceSettings => {
  const { values, tokens } = parsed(words);
  const { positionals, backendConfiguration, workerConfiguration } = configurationWords(tokens, values);
  const file = onlyArgument('FILE.tgz', positionals);
  return {
    file,
    factoryClassName: values.factory ?? null,
    backendConfiguration,
    workerConfiguration,
    isolation: isolationOf(environment['SECRET_STORE_PLUGIN_ISOLATION'] || 'auto'),
    checks: chooseChecks(values.only),
    bail: values.bail,
    showErrors: values['show-errors'],
    json: values.json,
  };
};

const isolationOf = (text: string): IsolationSetting => {
  const setting = parseIsolationSetting(text);
  if (setting !== null) return setting;
  throw new CommandProblem(exitCodes.configuration, `SECRET_STORE_PLUGIN_ISOLATION ${isolationRule}`);
};

const parsed = (words: readonly string[]) =>
  parseWords({
    args: [...words],
    allowPositionals: true,
    tokens: true,
    options: {
      factory: { type: 'string' },
      ...configurationOptions,
      only: { type: 'string', multiple: true, default: [] },
      bail: { type: 'boolean', default: false },
      'show-errors': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
