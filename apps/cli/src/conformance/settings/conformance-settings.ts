import { parseArgs } from 'node:util';
import type { IsolationSetting } from '@secret-store/plugin-host';
import { conformanceConfiguration } from './conformance-configuration.ts';
import { ConformanceProblem, exitCodes } from '../conformance-problem.ts';

export interface ConformanceSettings {
  readonly file: string;
  /** null: the only one that the module declares */
  readonly factoryClassName: string | null;
  readonly backendConfiguration: ReadonlyMap<string, string>;
  /** the same, unless the workers have values of their own */
  readonly workerConfiguration: ReadonlyMap<string, string>;
  readonly isolation: IsolationSetting;
  readonly json: boolean;
}

export const usage = `usage: tools/secret-store conformance FILE.tgz --factory NAME [--config KEY=VALUE...] [--json]

Runs the conformance suite on a packed provider, in the sandbox, with two processes as on the platform: one as the backend
has it, which writes, and one as a worker has it, which reads.

  --config KEY=VALUE...         the configuration
  --config-file FILE            the same as a JSON object, so that no credential stands on the command line
  --worker-config KEY=VALUE...  values that stand in on the worker's side, such as a credential that may only read
  --worker-config-file FILE     the same as a JSON object
  --json                        one JSON object on standard output, when all is done

Ends with 0 when every check passes, 1 when one fails, 64 for a mistake in use, 65 for an invalid module, 78 for a
configuration that is refused.`;

const pairOptions = ['config', 'worker-config'] as const;
type PairOption = (typeof pairOptions)[number];

/** @throws {ConformanceProblem} with the exit code for a mistake in use */
export const conformanceSettings = (words: readonly string[], environment: NodeJS.ProcessEnv): ConformanceSettings => {
  const { values, tokens } = parsed(words);
  const positionals: string[] = [];
  const pairs: Record<PairOption, string[]> = { config: [], 'worker-config': [] };
  // `--config a=1 b=2`: what follows a pair and is one belongs to it
  let collecting: PairOption | null = null;
  for (const token of tokens) {
    if (token.kind === 'option') {
      collecting = pairOptions.find((name) => name === token.name) ?? null;
      if (collecting && token.value !== undefined) pairs[collecting].push(token.value);
    } else if (token.kind === 'positional') {
      (collecting && token.value.includes('=') ? pairs[collecting] : positionals).push(token.value);
    }
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new ConformanceProblem(exitCodes.usage, usage);
  const backendConfiguration = conformanceConfiguration('config', pairs.config, values['config-file']);
  const workersOwn = conformanceConfiguration('worker-config', pairs['worker-config'], values['worker-config-file']);
  return {
    file,
    factoryClassName: values.factory ?? null,
    backendConfiguration,
    workerConfiguration: new Map([...backendConfiguration, ...workersOwn]),
    isolation: environment['SECRET_STORE_PLUGIN_ISOLATION'] === 'strict' ? 'strict' : 'auto',
    json: values.json,
  };
};

/** What node says of a wrong argument quotes it, and it may be a credential. */
const parsed = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      tokens: true,
      options: {
        factory: { type: 'string' },
        config: { type: 'string', multiple: true },
        'config-file': { type: 'string' },
        'worker-config': { type: 'string', multiple: true },
        'worker-config-file': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch {
    throw new ConformanceProblem(exitCodes.usage, usage);
  }
};
