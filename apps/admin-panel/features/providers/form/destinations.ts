import type { ConfigurationField } from '@/features/providers/configuration/configuration-pairs.ts';

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

const hostAndPort = (address: string): string | null => {
  try {
    const { protocol, hostname, port } = new URL(address);
    const known = port === '' ? defaultPorts[protocol] : port;
    return hostname === '' || known === undefined ? null : `${hostname}:${known}`;
  } catch {
    return null;
  }
};

interface KnownConfiguration {
  readonly egress: readonly string[];
  readonly fields: readonly ConfigurationField[];
  /** what was typed for a key; empty where nothing was */
  readonly valueOf: (key: string) => string;
}

const keyOf = (entry: string): string | undefined => /^\{(.+)\}$/.exec(entry)?.[1];

/** Whether a value was typed that determines where a factory can connect. */
export const isAnyTyped = ({ egress, valueOf }: KnownConfiguration): boolean =>
  egress.some((entry) => {
    const key = keyOf(entry);
    return key !== undefined && valueOf(key) !== '';
  });

/** Where a factory can connect, as far as the form knows: a host and port, or the field that holds them. */
export const destinationsOf = ({ egress, fields, valueOf }: KnownConfiguration): string[] =>
  egress.map((entry) => {
    const key = keyOf(entry);
    if (key === undefined) return entry;
    const label = fields.find((field) => field.key === key)?.label ?? key;
    return hostAndPort(valueOf(key)) ?? `the host in “${label}”`;
  });
