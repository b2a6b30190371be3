import { describe, expect, it } from 'vitest';
import { paths, safeNext } from './paths.ts';

describe('safeNext', () => {
  it('keeps a path of this site with its query', () => {
    expect(safeNext('/algorithms/demo/hello/settings?x=1#y')).toBe('/algorithms/demo/hello/settings?x=1#y');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/.//evil.example',
    'javascript:alert(1)',
    'evil.example',
    '',
  ])('sends nobody to another site after signing in: %j', (next) => {
    expect(safeNext(next)).toBe(paths.algorithms);
  });

  it('does not lead back to the sign-in page', () => {
    expect(safeNext('/sign-in?next=/sign-in')).toBe(paths.algorithms);
  });

  it('has a place to go when nothing was asked for', () => {
    expect(safeNext(undefined)).toBe(paths.algorithms);
  });
});

describe('paths', () => {
  it('keeps the page that was asked for on the way to the sign-in page', () => {
    const address = new URL(paths.signIn('/admin/secret-store?a=1&b=2'), 'http://store.example');
    expect(safeNext(address.searchParams.get('next') ?? undefined)).toBe('/admin/secret-store?a=1&b=2');
  });
});
