import type { PluginManifest } from '@secret-store/plugin-host';
import { type CheckPart, passed } from './check-report.ts';
import { type HostInCode, hostsInCode } from './hosts-in-code.ts';

/** Compares the destinations of the manifest with the literal hosts of the bundle. All it finds are warnings: a host may be put together at run time. */
export const checkEgress = ({ factories }: PluginManifest, bundle: string): CheckPart => {
  const hosts = hostsInCode(bundle);
  const declared = new Set(
    Object.values(factories).flatMap(({ egress }) => egress.map((entry) => entry.toLowerCase())),
  );
  const undeclared = hosts.filter(({ destination }) => !declared.has(destination));
  const unused = [...declared].filter((entry) => !entry.startsWith('{') && !mentions(bundle, entry));
  return passed('egress', [
    ...undeclared.filter((host) => !isLibrary(host)).map(undeclaredWarning),
    ...libraryWarnings(undeclared.filter(isLibrary)),
    ...unused.map((entry) => `egress lists ${entry}, and the code names it nowhere; remove it if nothing needs it`),
    ...Object.entries(factories).flatMap(([factory, { egress, configuration }]) => [
      ...(egress.length === 0 ? [`${factory} lists no egress, so it can reach no vault`] : []),
      ...configuration
        .filter(({ key, kind, placeholder }) => kind === 'text' && isUrl(placeholder) && !egress.includes(`{${key}}`))
        .map(({ key }) => `the key ${key} of ${factory} holds a URL, and egress does not list {${key}}`),
    ]),
  ]);
};

const undeclaredWarning = ({ destination, source }: HostInCode): string =>
  `${source === '' ? 'the code' : source} names ${destination}, which egress does not list; in the sandbox it cannot be reached`;

const isLibrary = ({ source }: HostInCode): boolean => source.includes('node_modules/');

/** One line for all: libraries of a cloud name many hosts that a provider never calls. */
const libraryWarnings = (hosts: readonly HostInCode[]): string[] => {
  const names = [...new Set(hosts.map(({ destination }) => destination))].toSorted();
  return names.length === 0
    ? []
    : [`libraries name hosts that egress does not list; list those that the plugin calls: ${names.join(', ')}`];
};

const mentions = (bundle: string, entry: string): boolean => {
  const host = entry.slice(0, entry.lastIndexOf(':'));
  return bundle.toLowerCase().includes(host);
};

const isUrl = (text: string | undefined): boolean => /^https?:\/\//.test(text ?? '');
