const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/**
 * The blocks of a PEM text, each with its line breaks restored: a single-line field turns them into spaces or
 * drops them, and JSON writes them as \\n. Empty if the text contains anything other than complete blocks of this kind.
 */
export const pemBlocks = (text: string, kind: RegExp): string[] => {
  const unescaped = text.replaceAll('\\n', '\n');
  const blocks = [...unescaped.matchAll(block)];
  if (unescaped.replace(block, '').trim() !== '') return [];
  if (!blocks.every(([, label = '']) => kind.test(label))) return [];
  return blocks.map(([, label = '', content = '']) => {
    const lines = content.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
  });
};
