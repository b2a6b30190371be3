/** `sandbox`: as exec runs commands; `none`: the same command without bubblewrap, to prove that the attack itself works. */
export type Rung = 'sandbox' | 'none';

/** Of whom exec is run. Root differs: the kernel lets it do more, in a user namespace too. */
export type User = 'root' | 'ordinary';

/** One thing that a command tries. It has succeeded when it ends with 0. */
export interface Attack {
  /** completes "a command …", for the table of docs/exec-isolation.md */
  readonly name: string;
  /** `sh` unless told; the stage's places are in its environment, see attack-stage.ts */
  readonly language?: 'perl';
  readonly source: string;
  /** what must be outside afterwards: the command itself cannot tell whose folder it wrote to */
  readonly leaves?: { readonly folder: 'home' | 'temporary'; readonly file: string };
  /** it gets through in the sandbox, which the documentation says */
  readonly reachable?: true;
  /** where it cannot work even without a sandbox */
  readonly user?: User;
  /** of the machine, without which it cannot work either */
  readonly needs?: Need;
}

export type Need = 'keyring' | 'tmux' | 'tracing' | 'disk' | 'systemCalls' | 'terminal';

export interface AttackGroup {
  readonly title: string;
  readonly attacks: readonly Attack[];
}
