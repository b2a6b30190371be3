const capitals = new Set(
  'API AWS CA CSS DB DNS GCP HTTP HTTPS ID IP JWT KMS PEM S3 SMTP SQL SSH SSL TLS TTL UI URI URL UUID'.split(' '),
);
const spelled = new Map([
  ['MYSQL', 'MySQL'],
  ['POSTGRESQL', 'PostgreSQL'],
  ['GITHUB', 'GitHub'],
  ['GITLAB', 'GitLab'],
  ['OPENAI', 'OpenAI'],
  ['OAUTH', 'OAuth'],
]);

const wordOf = (part: string, index: number): string => {
  const upper = part.toUpperCase();
  if (capitals.has(upper)) return upper;
  const known = spelled.get(upper);
  if (known !== undefined) return known;
  const lower = part.toLowerCase();
  return index === 0 ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower;
};

/** What to call a secret until somebody names it: `MySQL password` for `MYSQL_PASSWORD`. */
export const displayNameOf = (variable: string): string => {
  const words = variable.split('_').filter((part) => part !== '');
  return words.length === 0 ? variable : words.map(wordOf).join(' ');
};
