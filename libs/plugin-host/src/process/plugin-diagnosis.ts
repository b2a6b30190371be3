import { z } from 'zod';
import { diagnosticHeader, longestDiagnosticText, type SandboxDiagnostic } from '../protocol/plugin-diagnostic.ts';

/** What an author's own machine is shown of a plugin. In the order in which it happened, but for `output`. */
export type PluginDiagnostic =
  | SandboxDiagnostic
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** the calls that were given up on; the process takes no more of them */
  | { readonly kind: 'timed-out'; readonly methods: readonly string[]; readonly milliseconds: number }
  /** the process ended by itself, or was ended for a breach of the rules */
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly signal: string | null };

/**
 * Shows what a plugin does, in its own words. These may hold values, tokens and configuration, which on a server never leave
 * the sandbox: only for an author's own machine.
 */
export interface Diagnosis {
  readonly onEvent: (event: PluginDiagnostic) => void;
  /** the source map (version 3, as JSON) of the module's entry, with which stacks name the author's own files */
  readonly sourceMap?: string | undefined;
}

const text = z.string().max(longestDiagnosticText);
const Diagnostic = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('error'), method: text, name: text, message: text, stack: text }),
  z.strictObject({ kind: z.literal('wrong-type'), method: text, expected: text, got: text }),
  z.strictObject({ kind: z.literal('refused-destination'), method: text.nullable(), destination: text }),
]) satisfies z.ZodType<SandboxDiagnostic>;

const header = JSON.stringify(diagnosticHeader);

/** Whether a frame is one for authors and no answer. Without a diagnosis nobody may send it. */
export const isDiagnostic = (frameHeader: string): boolean => frameHeader === header;

/** What the sandbox says, or null for what it may not say. */
export const parseDiagnostic = (body: Buffer): SandboxDiagnostic | null => {
  try {
    return Diagnostic.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
};

/** The module with its source map inside it, where Node finds it without a file. */
export const withSourceMap = (source: Uint8Array, sourceMap: string | undefined): Uint8Array => {
  if (sourceMap === undefined) return source;
  const encoded = Buffer.from(sourceMap).toString('base64');
  return Buffer.concat([source, Buffer.from(`\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`)]);
};
