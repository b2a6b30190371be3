import semver from 'semver';
import { z } from 'zod';
import { requireEgressSyntax } from './destinations.ts';
import { requireSupportedInterface } from './interface-version.ts';
import { PluginManifest } from './plugin-manifest.ts';
import { PluginModuleError } from './plugin-module-error.ts';

const maximumBytes = 1024 * 1024;

const PackageJson = z.object({
  name: z
    .string()
    .max(214)
    .regex(/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/, 'must be a package name'),
  version: z
    .string()
    .max(64)
    .refine((version) => semver.valid(version) === version, 'must be a version such as 1.2.3'),
  secretProvider: PluginManifest,
});
export type PackageJson = z.infer<typeof PackageJson>;

const InterfaceClaim = z.object({ secretProvider: z.object({ interfaceVersion: z.string() }) });

/** What a plugin's package.json says of it. Fields beside name, version and secretProvider are ignored. */
export const parsePackageJson = (bytes: Uint8Array): PackageJson => {
  if (bytes.length > maximumBytes) throw new PluginModuleError('package-json', 'package.json is larger than 1 MiB');
  const content = parseJson(bytes);
  // first of all: a later interface may have fields that this one refuses
  const claim = InterfaceClaim.safeParse(content);
  if (claim.success) requireSupportedInterface(claim.data.secretProvider.interfaceVersion);
  const result = PackageJson.safeParse(content);
  if (!result.success) throw new PluginModuleError('manifest', `package.json: ${firstProblem(result.error)}`);
  for (const factory of Object.values(result.data.secretProvider.factories)) requireEgressSyntax(factory);
  return result.data;
};

const parseJson = (bytes: Uint8Array): unknown => {
  let text: string;
  let content: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    content = JSON.parse(text);
  } catch {
    throw new PluginModuleError('package-json', 'package.json is not JSON in UTF-8');
  }
  if (namesProtoKey(text)) throw new PluginModuleError('proto-key', 'package.json has a key __proto__; remove it');
  return content;
};

const stringLiteral = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

/**
 * Whether valid JSON text has a key `__proto__` at any depth, also written with escapes, and also in an object that a
 * later key of the same name replaces: what `JSON.parse` gives no longer shows that one.
 */
const namesProtoKey = (json: string): boolean => {
  for (const [match, colon] of json.matchAll(stringLiteral)) {
    if (colon === undefined) continue;
    const key: unknown = JSON.parse(match.slice(0, match.length - colon.length));
    if (key === '__proto__') return true;
  }
  return false;
};

const firstProblem = (error: z.ZodError): string => {
  const issue = error.issues[0];
  if (!issue) return 'is not valid';
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
};
