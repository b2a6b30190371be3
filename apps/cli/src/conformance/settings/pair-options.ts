import { conformanceConfiguration } from './conformance-configuration.ts';

const pairOptions = ['config', 'worker-config'] as const;
type PairOption = (typeof pairOptions)[number];

/** How `parseArgs` reads the options that give configurations. */
export const configurationOptions = {
  config: { type: 'string', multiple: true },
  'config-file': { type: 'string' },
  'worker-config': { type: 'string', multiple: true },
  'worker-config-file': { type: 'string' },
} as const;

type Token =
  | { readonly kind: 'option'; readonly name: string; readonly value?: string | undefined }
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

export interface ConfigurationWords {
  readonly positionals: readonly string[];
  readonly backendConfiguration: ReadonlyMap<string, string>;
  /** the same, but for --worker-config */
  readonly workerConfiguration: ReadonlyMap<string, string>;
}

/**
 * The configurations of both sides, and the words that belong to no option: in `--config a=1 b=2` both pairs belong to it.
 * @throws {UsageProblem} without the value
 */
export const configurationWords = (
  tokens: readonly Token[],
  files: { readonly 'config-file'?: string | undefined; readonly 'worker-config-file'?: string | undefined },
): ConfigurationWords => {
  const positionals: string[] = [];
  const pairs: Record<PairOption, string[]> = { config: [], 'worker-config': [] };
  let collecting: PairOption | null = null;
  for (const token of tokens) {
    if (token.kind === 'option') {
      collecting = pairOptions.find((name) => name === token.name) ?? null;
      if (collecting && token.value !== undefined) pairs[collecting].push(token.value);
    } else if (token.kind === 'positional') {
      (collecting && token.value.includes('=') ? pairs[collecting] : positionals).push(token.value);
    }
  }
  const backendConfiguration = conformanceConfiguration('config', pairs.config, files['config-file']);
  const workersOwn = conformanceConfiguration('worker-config', pairs['worker-config'], files['worker-config-file']);
  return {
    positionals,
    backendConfiguration,
    workerConfiguration: new Map([...backendConfiguration, ...workersOwn]),
  };
};
