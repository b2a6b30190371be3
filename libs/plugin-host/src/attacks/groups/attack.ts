import type { IsolationMode } from '../../isolation/isolation.ts';
import type { PluginLimits } from '../../isolation/plugin-limits.ts';
import type { PluginFailureReason } from '../../process/plugin-failure.ts';

/** `none`: the same plugin without any sandbox, to prove that the attack itself works. */
export const rungs = ['bubblewrap', 'namespaces', 'permission', 'none'] as const satisfies readonly (
  IsolationMode | 'none'
)[];
export type Rung = (typeof rungs)[number];

/** Where something of an attack can arrive: servers of the test, all on this machine. */
export type Target = 'tcp' | 'udp' | 'unix' | 'abstract';

/** What came of an attack. */
export interface AttackResult {
  /** what the plugin said, or null when its call failed */
  readonly answer: string | null;
  readonly failure: PluginFailureReason | null;
  /** where the mark of this very attack arrived */
  readonly arrived: ReadonlySet<Target>;
  /** where the host connected to for plugins, so far */
  readonly hostConnections: ReadonlySet<string>;
  /** what the host logged */
  readonly log: string;
}

/** A small plugin that tries one thing. */
export interface Attack {
  /** completes "a plugin …", for the table of docs/plugin-isolation.md */
  readonly name: string;
  /**
   * JavaScript: the body of an async function of `given`, `context` and `value`, after the prelude of attack-plugin.ts
   * it. What it returns counts as a success, what it throws as a refusal, unless `succeeded` looks elsewhere.
   */
  readonly source: string;
  /** where it gets through; in the full sandbox nothing may */
  readonly succeedsIn: readonly Exclude<Rung, 'bubblewrap'>[];
  /** what is said where not the sandbox but the host stops it; it is then not run without a sandbox */
  readonly refusal?: RegExp;
  readonly succeeded?: (result: AttackResult) => boolean;
  /**
   * `createSecret`: the source answers the provider key instead. `twice`: the call after the attack is what counts.
   * `openPort`: the source answers a port on which it says its mark
   */
  readonly operation?: 'createSecret' | 'twice' | 'openPort';
  readonly limits?: Partial<PluginLimits>;
  /** the plugin's own destination, instead of a server on this machine */
  readonly address?: string;
  /** what the host is told for names, one list for each time that it asks */
  readonly resolvesTo?: readonly (readonly string[])[];
}

export interface AttackGroup {
  readonly title: string;
  readonly attacks: readonly Attack[];
}

export const did = ({ answer }: AttackResult): boolean => answer?.startsWith('did: ') ?? false;

/** For attacks that show by what reaches a server. */
export const arrivesAt =
  (target: Target) =>
  ({ arrived }: AttackResult): boolean =>
    arrived.has(target);
