import type { ReadProblem } from '@secret-store/api';
import { type PluginFailureReason, pluginFailureWords } from '@secret-store/plugin-host';

const problemWords: Readonly<Record<ReadProblem, string>> = {
  'not-found': 'the provider does not have it; save its value again, or create it in the vault that it refers to',
  configuration: 'the worker refuses the configuration of the provider; save the provider again',
  module: 'the worker refuses the module of the provider; upload one that it trusts',
  isolation: 'the worker cannot isolate plugins as its settings ask; see its log',
  record: 'its sealed record is refused; save its value again',
  'not-sealed': "it is not sealed for this worker's pool yet; a worker that can open it does that while it is online",
  other: "the worker's log has the cause",
};

const words = new Map<string, string>(
  Object.entries({ ...pluginFailureWords, ...problemWords } satisfies Record<
    PluginFailureReason | ReadProblem,
    string
  >),
);

/** Why a worker cannot read a secret, as a sentence; null for what is not in the list of reasons. */
export const reasonInWords = (reason: string): string | null => {
  const text = words.get(reason);
  return text === undefined ? null : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};
