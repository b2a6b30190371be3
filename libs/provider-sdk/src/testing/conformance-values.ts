/** Values that vaults and encodings like to change. `make` gets the largest size that the provider takes. */
export const conformanceValues: readonly { name: string; make: (maxBytes: number) => string }[] = [
  { name: 'a value of one byte', make: () => 'a' },
  { name: 'the largest value, 64 KiB where the provider takes it', make: (maxBytes) => largest(maxBytes) },
  { name: 'unicode', make: () => 'pässwörd 密码 🔑 e\u0301 \u{10FFFF}' },
  { name: 'line breaks', make: () => '-----BEGIN-----\nline\r\nline\rline\n\n' },
  { name: 'quotes and backslashes', make: () => `"double" 'single' \`back\` \\n \\u0041 $HOME %41 {{mustache}}` },
  { name: 'leading and trailing spaces', make: () => '  \tvalue\t  ' },
  { name: 'a leading byte order mark', make: () => '\uFEFFvalue' },
  { name: 'control characters', make: () => 'a\u0001\u001B[31m\u007F\u2028\u2029b' },
  { name: 'what looks like JSON', make: () => '{"__proto__":{"value":"other"},"value":null}' },
  { name: 'what looks like a number', make: () => '007' },
];

const largest = (maxBytes: number): string => {
  const line = 'The quick brown fox jumps over the lazy dog. 0123456789\n';
  return line.repeat(Math.ceil(maxBytes / line.length)).slice(0, maxBytes);
};
