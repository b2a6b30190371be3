import type { PluginDiagnostic } from '@secret-store/plugin-host/diagnosis';

/** What happened in the plugin, for a terminal. */
export const diagnosticLines = (event: Exclude<PluginDiagnostic, { kind: 'output' }>): string[] =>
  wordsOf(event).split('\n').map(printable);

const wordsOf = (event: Exclude<PluginDiagnostic, { kind: 'output' }>): string => {
  switch (event.kind) {
    case 'error':
      return `${event.method}: ${event.stack === '' ? `${event.name}: ${event.message}` : event.stack}`;
    case 'wrong-type':
      return `${event.method} returned ${event.got}; the interface asks for ${event.expected}`;
    case 'refused-destination':
      return `${event.method ?? 'the plugin'} asked for ${event.destination}, which egress does not list`;
    case 'timed-out':
      return `${event.methods.join(', ')}: no answer within ${event.milliseconds / 1000} s`;
    case 'ended':
      return event.signal === null
        ? `the process ended with exit code ${event.exitCode ?? 'unknown'}`
        : `the process was ended with ${event.signal}`;
  }
};

/** A terminal obeys control characters. */
const printable = (line: string): string =>
  line.replace(/\p{Cc}/gu, (sign) => (sign === '\t' ? '  ' : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`));
