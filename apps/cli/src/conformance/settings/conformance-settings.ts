import type { IsolationSetting } from '@secret-store/plugin-host';
import { isolationRule, parseIsolationSetting } from '@secret-store/plugin-host/settings';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import type { ConformanceCheck } from '@secret-store/provider-sdk/conformance';
import { chooseChecks } from '../running/choose-checks.ts';
import { conformanceConfiguration } from './conformance-configuration.ts';

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
  readonly json: boolean;
}

const pairOptions = ['config', 'worker-config'] as const;
type PairOption = (typeof pairOptions)[number];

/** @throws {CommandProblem} */
export const conformanceSettings = (words: readonly string[], environment: NodeJS.ProcessEnv): ConformanceSettings => {
  const { values, tokens } = parsed(words);
  const positionals: string[] = [];
  const pairs: Record<PairOption, string[]> = { config: [], 'worker-config': [] };
  // `--config a=1 b=2`: both pairs belong to the option
  let collecting: PairOption | null = null;
  for (const token of tokens) {
    if (token.kind === 'option') {
      collecting = pairOptions.find((name) => name === token.name) ?? null;
      if (collecting && token.value !== undefined) pairs[collecting].push(token.value);
    } else if (token.kind === 'positional') {
      (collecting && token.value.includes('=') ? pairs[collecting] : positionals).push(token.value);
    }
  }
  const file = onlyArgument('FILE.tgz', positionals);
  const backendConfiguration = conformanceConfiguration('config', pairs.config, values['config-file']);
  const workersOwn = conformanceConfiguration('worker-config', pairs['worker-config'], values['worker-config-file']);
  return {
    file,
    factoryClassName: values.factory ?? null,
    backendConfiguration,
    workerConfiguration: new Map([...backendConfiguration, ...workersOwn]),
    isolation: isolationOf(environment['SECRET_STORE_PLUGIN_ISOLATION'] || 'auto'),
    checks: chooseChecks(values.only),
    bail: values.bail,
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
      config: { type: 'string', multiple: true },
      'config-file': { type: 'string' },
      'worker-config': { type: 'string', multiple: true },
      'worker-config-file': { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      bail: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
